package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.policy.Votes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotsTest {
  private static final String TEN =
      Sets.one("rate_limiting", "{spans_per_second: 10, burst_capacity: 10}");

  private static boolean isSampled(Judge judge, TraceFacts trace) {
    return judge.decideInSlot(trace).outcome() == Decision.Outcome.SAMPLED;
  }

  private static List<TestTrace> tracesAt(int spans, double... randomness) {
    List<TestTrace> traces = new ArrayList<>();
    for (double r : randomness) {
      traces.add(SlotRuns.traceAt(r, spans));
    }
    return traces;
  }

  @Test
  void theGreatestRandomnessWins_andTheFirstLoserIsTheThreshold() {
    Judge judge = Sets.judge(Sets.parsed(TEN));
    List<TestTrace> traces = tracesAt(4, .1, .7, .5, .9);

    assertThat(judge.closeSlot(1_000, traces)).isTrue();

    assertThat(traces.stream().map(t -> isSampled(judge, t)))
        .containsExactly(false, true, false, true);
    long threshold = judge.decideInSlot(traces.get(1)).threshold();
    assertThat(threshold).isGreaterThan(traces.get(2).randomness());
    assertThat(threshold / 0x1p56).isBetween(.5, .5001);
    assertThat(judge.decideInSlot(traces.get(0)).leastThreshold())
        .as("of traces that are not sampled, too")
        .isEqualTo(threshold);
  }

  @Test
  void theThresholdIsZero_whenAllFit() {
    Judge judge = Sets.judge(Sets.parsed(TEN));
    List<TestTrace> traces = tracesAt(4, .1, 0);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(judge.decideInSlot(traces.get(1)).threshold()).isZero();
  }

  @Test
  void aTraceAboveTheBurstNeverPasses_andDoesNotEndTheSlot() {
    Judge judge = Sets.judge(Sets.parsed(TEN));
    List<TestTrace> traces = tracesAt(4, .2, .1);
    TestTrace giant = SlotRuns.traceAt(.9, 11);
    traces.add(giant);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    Decision decision = judge.decideInSlot(giant);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.NOT_SAMPLED);
    assertThat(decision.leastThreshold()).isEqualTo(Votes.NEVER);
    assertThat(isSampled(judge, traces.get(1))).isTrue();
  }

  @Test
  void theSlotIsPutOff_untilTheTokensPayForATrace() {
    Judge judge = Sets.judge(Sets.parsed(TEN));
    assertThat(judge.closeSlot(1_000, tracesAt(10, .5))).isTrue();
    List<TestTrace> traces = tracesAt(8, .5, .4);
    assertThat(judge.closeSlot(1_500, traces)).isFalse();
    assertThat(judge.notBefore()).isEqualTo(2_500);
    assertThat(judge.closeSlot(2_500, traces)).isTrue();
    assertThat(isSampled(judge, traces.get(0))).isTrue();
    assertThat(isSampled(judge, traces.get(1))).isFalse();
    assertThat(judge.notBefore()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void theSlotIsNotPutOff_whenWaitingDoesNotHelp() {
    Judge judge =
        Sets.judge(Sets.of("rate_limiting", "{spans_per_second: 1, burst_capacity: 100}"));
    assertThat(judge.closeSlot(1_000, tracesAt(100, .5))).isTrue();
    assertThat(judge.closeSlot(2_000, tracesAt(12, .5))).as("in 12 s").isTrue();
    assertThat(judge.closeSlot(3_000, tracesAt(10, .5))).as("in 8 s").isFalse();
  }

  @Test
  void theSlotIsJudged_whenItHasBeenPutOffForLong() {
    Judge judge =
        Sets.judge(Sets.of("rate_limiting", "{spans_per_second: 1, burst_capacity: 100}"));
    assertThat(judge.closeSlot(1_000, tracesAt(100, .5))).isTrue();
    assertThat(judge.closeSlot(2_000, tracesAt(11, .5))).as("until 12 s").isFalse();
    assertThat(judge.closeSlot(11_000, tracesAt(11, .5))).isFalse();
    assertThat(judge.closeSlot(11_500, tracesAt(12, .5))).as("12 in 12.5 s").isTrue();
  }

  @Test
  void theRestOfASlotIsDecidedAlike_afterARestart() {
    PolicySet set = Sets.parsed(TEN);
    Judge judge = Sets.judge(set);
    List<TestTrace> traces = tracesAt(4, .1, .7, .5, .9);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    Judge restarted = set.newJudge(1, judge.saveState());
    assertThat(restarted.slotEnd()).isEqualTo(1_000);
    for (TestTrace trace : traces) {
      assertThat(restarted.decideInSlot(trace).threshold())
          .isEqualTo(judge.decideInSlot(trace).threshold());
    }
  }

  @Test
  void aPutOffIsKnown_afterARestart() {
    PolicySet set = Sets.parsed(TEN);
    Judge judge = Sets.judge(set);
    assertThat(judge.closeSlot(1_000, tracesAt(10, .5))).isTrue();
    assertThat(judge.closeSlot(1_500, tracesAt(8, .5))).isFalse();
    assertThat(set.newJudge(1, judge.saveState()).notBefore()).isEqualTo(2_500);
  }

  @Test
  void goesOnFromTheStateOfAnOlderFormat() {
    PolicySet sequential = Sets.parsed("{use_tracestate: false, " + TEN + "}");
    Judge old = Sets.judge(sequential);
    assertThat(Sets.samples(old, TestTrace.ofSpans(10), 1_000)).isTrue();
    Judge judge = Sets.parsed(TEN).newJudge(1, old.saveState());
    assertThat(judge.closeSlot(1_500, tracesAt(6, .5))).as("5 tokens").isFalse();
  }

  @Test
  void onlyTracesThatTheOthersSampleCompete_withinAnAnd() {
    String limiter = "{type: rate_limiting, rate_limiting: {spans_per_second: 4}}";
    String large = "{type: span_count, span_count: {min_spans: 4}}";
    Judge judge = Sets.judge(Sets.of("and", "{and_sub_policy: [" + large + ", " + limiter + "]}"));
    List<TestTrace> traces = tracesAt(3, .9, .8);
    traces.addAll(tracesAt(4, .3, .2, .1));
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(traces.stream().map(t -> isSampled(judge, t)))
        .containsExactly(false, false, true, true, false);
  }

  @Test
  void tracesOfAnEarlierMatchDoNotCompete_onFirstMatch() {
    String policies =
        "policies: [{name: large, type: span_count, span_count: {min_spans: 4}},"
            + "{name: l, type: rate_limiting, rate_limiting: {spans_per_second: 3}}]";
    List<TestTrace> traces = tracesAt(4, .9, .8);
    traces.addAll(tracesAt(3, .3, .2, .1));

    Judge first = Sets.judge(Sets.parsed("{sample_on_first_match: true, " + policies + "}"));
    assertThat(first.closeSlot(1_000, traces)).isTrue();
    assertThat(traces.stream().map(t -> isSampled(first, t)))
        .containsExactly(true, true, true, true, false);

    Judge all = Sets.judge(Sets.parsed(policies));
    assertThat(all.closeSlot(1_000, traces)).isTrue();
    assertThat(traces.stream().map(t -> isSampled(all, t)))
        .as("as in the Collector, large traces cost tokens, too")
        .containsExactly(true, true, false, false, false);
  }

  @Test
  void droppedTracesDoNotCompete() {
    String policies =
        "policies: [{name: l, type: rate_limiting, rate_limiting: {spans_per_second: 2}},"
            + "{name: d, type: drop, drop: {drop_sub_policy:"
            + " [{type: span_count, span_count: {min_spans: 4}}]}}]";
    Judge judge = Sets.judge(Sets.parsed(policies));
    List<TestTrace> traces = tracesAt(4, .9);
    traces.addAll(tracesAt(3, .3));
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(isSampled(judge, traces.get(1))).isTrue();
  }

  @Test
  void aCompositePaysFromBothBudgets() {
    Judge judge =
        Sets.judge(
            Sets.of(
                "composite",
                "{max_total_spans_per_second: 10, composite_sub_policy: ["
                    + "{name: large, type: span_count, span_count: {min_spans: 4}},"
                    + "{name: rest, type: always_sample}], rate_allocation: ["
                    + "{policy: large, percent: 50}, {policy: rest, percent: 90}]}"));
    List<TestTrace> traces = tracesAt(4, .9, .8);
    traces.addAll(tracesAt(1, .7, .2, .1));
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(traces.stream().map(t -> isSampled(judge, t)))
        .as("5 for large; the second large one is paid by rest; 2 of the total are left")
        .containsExactly(true, true, true, true, false);
    Decision decision = judge.decideInSlot(traces.get(0));
    assertThat(decision.subPolicy()).isZero();
    assertThat(decision.threshold() / 0x1p56).as("rest would take it as well").isBetween(.1, .11);
    assertThat(judge.decideInSlot(traces.get(1)).subPolicy()).isEqualTo(1);
  }

  @Test
  void aShadowLimiterCompetesToo_butPutsNothingOff() {
    String policies =
        "policies: [{name: all, type: always_sample}, {name: s, shadow: true, type: rate_limiting,"
            + " rate_limiting: {spans_per_second: 10, burst_capacity: 10}}]";
    Judge judge = Sets.judge(Sets.parsed(policies));
    List<TestTrace> traces = tracesAt(6, .5, .9);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(judge.decideInSlot(traces.get(0)).shadowVote(0)).isEqualTo(Vote.NOT_SAMPLED);
    assertThat(judge.decideInSlot(traces.get(1)).shadowVote(0)).isEqualTo(Vote.SAMPLED);
    assertThat(judge.closeSlot(1_100, traces)).as("with 5 tokens").isTrue();
  }

  @Test
  void aShadowSetHasSlotsOfItsOwn() {
    PolicySet plain = Sets.of("always_sample", "{}");
    assertThat(plain.usesSlots()).isFalse();
    PolicySet both = plain.withShadow(Sets.parsed(TEN));
    assertThat(both.usesSlots()).isTrue();
    Judge judge = Sets.judge(both);
    List<TestTrace> traces = tracesAt(6, .5, .9);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    Judge restarted = both.newJudge(1, judge.saveState());
    assertThat(restarted.closeSlot(1_000, traces.subList(0, 1))).isTrue();
    for (Judge each : List.of(judge, restarted)) {
      assertThat(each.decideInSlot(traces.get(0)).shadow().outcome())
          .isEqualTo(Decision.Outcome.NOT_SAMPLED);
      assertThat(each.decideInSlot(traces.get(1)).shadow().outcome())
          .isEqualTo(Decision.Outcome.SAMPLED);
    }
  }

  @Test
  void aTraceApartFromTheSlotsHasTheLastThreshold_andPays() {
    Judge judge = Sets.judge(Sets.parsed(TEN));
    assertThat(judge.closeSlot(1_000, tracesAt(5, .6, .5, .4))).isTrue();
    assertThat(Sets.samples(judge, SlotRuns.traceAt(.3, 5), 2_000)).isFalse();
    Decision decision = judge.decide(SlotRuns.traceAt(.9, 6), 2_000);
    assertThat(decision.outcome()).isEqualTo(Decision.Outcome.SAMPLED);
    assertThat(decision.threshold() / 0x1p56).isBetween(.4, .41);
    assertThat(judge.closeSlot(2_000, tracesAt(5, .6))).as("4 tokens are left").isFalse();
  }

  @Test
  void hasNoSlots_withoutTraceStates() {
    assertThat(Sets.parsed(TEN).usesSlots()).isTrue();
    assertThat(Sets.parsed("{use_tracestate: false, " + TEN + "}").usesSlots()).isFalse();
  }

  /** What is kept never exceeds the burst and the rate, however the traffic is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void neverExceedsTheBudget(int seed) {
    Judge judge =
        Sets.parsed(Sets.one("rate_limiting", "{spans_per_second: 100, burst_capacity: 60}"))
            .newJudge(.25, null);
    SlotRuns runs = new SlotRuns(judge);
    SplittableRandom random = new SplittableRandom(seed);
    long[] kept = new long[1];
    long longestWait = 0;
    for (int second = 1; second <= 300; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = random.nextInt(40); i > 0; i--) {
        traces.add(SlotRuns.trace(random, 1 + random.nextInt(70)));
      }
      runs.slot(
          traces,
          (trace, decision) -> {
            if (decision.outcome() == Decision.Outcome.SAMPLED) {
              kept[0] += trace.spanCount;
            }
          });
      longestWait = Math.max(longestWait, runs.waiting());
      assertThat(kept[0]).isLessThanOrEqualTo(60 + 25L * second);
    }
    assertThat(kept[0]).as("and is mostly spent").isGreaterThan((long) (.8 * 25 * 300));
    assertThat(longestWait).as("some slots were put off").isPositive();
  }
}
