package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupByTest {
  private static final String TENANT = "group_by: ['resource.attributes[\"tenant\"]']";

  private static PolicySet limiter(String more) {
    return Sets.of(
        "rate_limiting", "{spans_per_second: 10, burst_capacity: 10, " + TENANT + more + "}");
  }

  private static TestTrace trace(PolicySet set, String tenant, double randomness, int spans) {
    TestTrace trace = SlotRuns.traceAt(randomness, spans);
    trace.fingerprints = new long[] {hash(set, tenant)};
    return trace;
  }

  private static long hash(PolicySet set, String tenant) {
    TraceValues values = new TraceValues(set.signals().fingerprints());
    values.add(0, ValueHash.of(tenant));
    return values.fingerprint(0);
  }

  private static List<Boolean> sampled(Judge judge, List<TestTrace> traces) {
    return traces.stream()
        .map(t -> judge.decideInSlot(t).outcome() == Decision.Outcome.SAMPLED)
        .toList();
  }

  @Test
  void eachGroupHasItsOwnBudgetAndThreshold() {
    PolicySet set = limiter("");
    Judge judge = Sets.judge(set);
    List<TestTrace> traces =
        List.of(
            trace(set, "loud", .9, 5),
            trace(set, "loud", .8, 5),
            trace(set, "loud", .7, 5),
            trace(set, "quiet", .1, 5));
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    assertThat(sampled(judge, traces)).containsExactly(true, true, false, true);
    assertThat(judge.decideInSlot(traces.get(0)).threshold() / 0x1p56).isBetween(.7, .71);
    assertThat(judge.decideInSlot(traces.get(3)).threshold()).isZero();
  }

  @Test
  void showsGroupsWithTheFewestTokensForTheirGoalFirst_andTheGroupOfATrace() {
    PolicySet set = limiter(", overrides: {paid: 100}");
    Judge judge = set.newJudge(.5, null);
    List<TestTrace> traces =
        List.of(
            trace(set, "loud", .9, 5),
            trace(set, "loud", .8, 6),
            trace(set, "quiet", .1, 1),
            trace(set, "paid", .1, 5));
    assertThat(judge.closeSlot(1_000, traces)).isTrue();

    PolicyBudget budget = judge.budgets(1_000, 2).get(0);

    assertThat(budget.goal()).as("of further groups").isEqualTo(5);
    assertThat(budget.groups().count()).isEqualTo(3);
    assertThat(budget.groups().shortest())
        .extracting(PolicyBudget.Group::hash, PolicyBudget.Group::goal, PolicyBudget.Group::tokens)
        .containsExactly(tuple(hash(set, "loud"), 5., 5.), tuple(hash(set, "quiet"), 5., 9.));
    assertThat(budget.groups().shortest().get(0).threshold() / 0x1p56).isBetween(.8, .81);
    PolicyBudget ofPaid = judge.budgetsFor(traces.get(3), 1_000).get(0);
    assertThat(ofPaid.goal()).isEqualTo(50);
    assertThat(ofPaid.threshold()).isZero();
    assertThat(judge.budgetsFor(traces.get(1), 1_000).get(0).threshold()).isPositive();
  }

  @Test
  void aGroupCanHaveARateOfItsOwn() {
    PolicySet set = limiter(", overrides: {paid: 30, 'a,b': 1}");
    Judge judge = Sets.judge(set);
    List<TestTrace> traces = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      traces.add(trace(set, "paid", .9 - i / 100., 5));
      traces.add(trace(set, "other", .9 - i / 100., 5));
    }
    TestTrace both = SlotRuns.traceAt(.5, 2);
    TraceValues values = new TraceValues(set.signals().fingerprints());
    values.add(0, ValueHash.of("b"));
    values.add(0, ValueHash.of("a"));
    both.fingerprints = new long[] {values.fingerprint(0)};
    traces.add(both);
    assertThat(judge.closeSlot(1_000, traces)).isTrue();
    Map<Long, Integer> kept = new HashMap<>();
    for (TestTrace trace : traces) {
      if (judge.decideInSlot(trace).outcome() == Decision.Outcome.SAMPLED) {
        kept.merge(trace.fingerprint(0), 1, Integer::sum);
      }
    }
    assertThat(kept)
        .containsOnly(Map.entry(hash(set, "paid"), 6), Map.entry(hash(set, "other"), 2));
  }

  @Test
  void groupsAboveTheBoundShareOneBudget_whateverTheOrder() {
    PolicySet set = limiter(", max_groups: 2");
    List<TestTrace> traces = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      traces.add(trace(set, "tenant-" + i, .9 - i / 100., 8));
    }
    Judge first = Sets.judge(set);
    assertThat(first.closeSlot(1_000, traces)).isTrue();
    List<Boolean> expected = sampled(first, traces);
    assertThat(expected.stream().filter(s -> s)).as("two, and one of the rest").hasSize(3);
    for (int seed = 0; seed < 5; seed++) {
      List<TestTrace> mixed = new ArrayList<>(traces);
      Collections.shuffle(mixed, new Random(seed));
      Judge judge = Sets.judge(set);
      assertThat(judge.closeSlot(1_000, mixed)).isTrue();
      assertThat(sampled(judge, traces)).isEqualTo(expected);
    }
  }

  @Test
  void goesOnAlike_afterARestart_andForgetsIdleGroups() {
    PolicySet set = limiter(", max_groups: 3");
    Judge live = Sets.judge(set);
    Judge restarted = Sets.judge(set);
    SplittableRandom random = new SplittableRandom(5);
    for (int second = 1; second < 200; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        traces.add(
            trace(set, "tenant-" + random.nextInt(6), random.nextDouble(), 1 + random.nextInt(7)));
      }
      boolean closed = live.closeSlot(second * 1_000L, traces);
      assertThat(restarted.closeSlot(second * 1_000L, traces)).isEqualTo(closed);
      restarted = set.newJudge(1, restarted.saveState());
      if (closed) {
        assertThat(sampled(restarted, traces)).isEqualTo(sampled(live, traces));
      }
    }
    int before = live.saveState().length;
    assertThat(live.closeSlot(1_000_000, List.of())).isTrue();
    assertThat(live.saveState().length).as("a full budget is like none").isLessThan(before);
  }

  @Test
  void whatANewGroupPaysApartFromTheSlots_isSaved() {
    PolicySet set = limiter("");
    Judge judge = Sets.judge(set);
    assertThat(judge.closeSlot(1_000, List.of(trace(set, "known", .5, 1)))).isTrue();
    assertThat(Sets.samples(judge, trace(set, "new", .5, 10), 1_000)).isTrue();
    Judge restarted = set.newJudge(1, judge.saveState());
    List<TestTrace> traces = List.of(trace(set, "new", .5, 10));
    assertThat(restarted.closeSlot(1_100, traces)).as("one token").isFalse();
    assertThat(judge.closeSlot(1_100, traces)).isFalse();
  }

  @Test
  void aLoudGroupDoesNotPutOffTheOthers() {
    PolicySet set = limiter("");
    Judge judge = Sets.judge(set);
    assertThat(judge.closeSlot(1_000, List.of(trace(set, "loud", .5, 10)))).isTrue();
    List<TestTrace> loud = List.of(trace(set, "loud", .5, 10));
    assertThat(judge.closeSlot(1_100, loud)).as("alone").isFalse();
    assertThat(
            judge.closeSlot(
                1_100, List.of(trace(set, "loud", .5, 10), trace(set, "quiet", .5, 10))))
        .isTrue();
  }

  @Test
  void holdsTheGoalOfEachGroup_inAnAdaptivePolicy() {
    PolicySet set =
        Sets.of(
            "adaptive_throughput",
            "{goal_throughput: 50, fingerprint_attributes: [root.name], overrides: {big: 200},"
                + " group_by: ['resource.attributes[\"tenant\"]']}");
    SlotRuns runs = new SlotRuns(Sets.judge(set));
    SplittableRandom random = new SplittableRandom(9);
    Map<String, Long> kept = new HashMap<>();
    int tenants =
        set.signals().fingerprints().selectors().stream()
            .map(Object::toString)
            .toList()
            .indexOf("resource.attributes[\"tenant\"]");
    for (int second = 0; second < 100; second++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        TestTrace trace = SlotRuns.trace(random, 1 + random.nextInt(5));
        String name = i % 3 == 0 ? "small" : "big";
        TraceValues values = new TraceValues(set.signals().fingerprints());
        values.add(tenants, ValueHash.of(name));
        trace.fingerprints = new long[] {values.fingerprint(0), values.fingerprint(1)};
        trace.raised = new long[] {name.length()};
        traces.add(trace);
      }
      runs.slot(
          traces,
          (trace, decision) -> {
            if (decision.outcome() == Decision.Outcome.SAMPLED) {
              kept.merge(trace.raised[0] == 3 ? "big" : "small", (long) trace.spanCount, Long::sum);
            }
          });
    }
    assertThat(kept.get("small") / 100.).isBetween(48., 52.);
    assertThat(kept.get("big") / 100.).isBetween(195., 205.);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{spans_per_second: 5, overrides: {a: 1}}|overrides",
        "{spans_per_second: 5, max_groups: 5}|max_groups",
        "{spans_per_second: 5, group_by: []}|group_by",
        "{spans_per_second: 5, group_by: [tenant]}|group_by[0]",
        "{spans_per_second: 5, group_by: [root.name], overrides: {a: -1}}|overrides.a",
        "{spans_per_second: 5, group_by: [root.name], overrides: {a: x}}|overrides.a",
        "{spans_per_second: 5, group_by: [root.name], max_groups: 0}|max_groups"
      })
  void refusesWhatHasNoMeaning(String example) {
    String[] parts = example.split("\\|");
    assertThat(Sets.faults(Sets.one("rate_limiting", parts[0])))
        .singleElement()
        .asString()
        .contains(parts[1]);
  }

  @Test
  void needsTraceStates() {
    assertThat(
            Sets.faults(
                "use_tracestate: false\n"
                    + Sets.one("rate_limiting", "{spans_per_second: 5, " + TENANT + "}")))
        .singleElement()
        .asString()
        .contains("group_by");
  }
}
