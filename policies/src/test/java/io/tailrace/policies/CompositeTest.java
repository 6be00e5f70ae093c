package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.ottl.TestSpan;
import io.tailrace.policies.policy.Vote;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompositeTest {
  private static String composite(String more) {
    return Sets.one(
        "composite",
        "{max_total_spans_per_second: 10, composite_sub_policy: ["
            + "{name: small, type: span_count, span_count: {max_spans: 4}},"
            + "{name: rest, type: always_sample}], "
            + more
            + "}");
  }

  private static String allocation(int small, int rest) {
    return "rate_allocation: [{policy: small, percent: %d}, {policy: rest, percent: %d}]"
        .formatted(small, rest);
  }

  @Test
  void nextPolicyTakesTheTrace_whenTheFirstIsOutOfBudget() {
    Judge judge = Sets.judge(Sets.parsed(composite(allocation(40, 60))));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isFalse();
  }

  @Test
  void neverExceedsTheTotal_whenAllocationsAddUpToMore() {
    Judge judge = Sets.judge(Sets.parsed(composite(allocation(100, 100))));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(6), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 0)).isFalse();
  }

  @Test
  void countsBySecondsOfTheEpoch() {
    Judge judge = Sets.judge(Sets.parsed(composite(allocation(100, 100))));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(10), 1_999)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(10), 2_000)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 2_999)).isFalse();
  }

  @Test
  void honoursTheOrder() {
    String order = "policy_order: [rest, small], " + allocation(50, 50);
    Judge judge = Sets.judge(Sets.parsed(composite(order)));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isTrue(); // by rest
    assertThat(Sets.samples(judge, TestTrace.ofSpans(5), 0)).isFalse(); // small does not want it
    Judge inListOrder = Sets.judge(Sets.parsed(composite(allocation(50, 50))));
    assertThat(Sets.samples(inListOrder, TestTrace.ofSpans(4), 0)).isTrue(); // by small
    assertThat(Sets.samples(inListOrder, TestTrace.ofSpans(5), 0)).isTrue(); // by rest
  }

  @Test
  void sharesEvenly_whenThePercentageIsZero() {
    Judge judge = Sets.judge(Sets.parsed(composite(allocation(0, 0))));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(5), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(5), 0)).isFalse();
  }

  @Test
  void aPolicyWithoutAnAllocationHasAnEvenShare() {
    PolicySet set = Sets.parsed(composite("rate_allocation: [{policy: small, percent: 20}]"));
    assertThat(set.warnings()).isEmpty();
    Judge judge = Sets.judge(set);
    assertThat(Sets.samples(judge, TestTrace.ofSpans(5), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 0)).as("by small, of two spans").isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 0)).isFalse();
  }

  @Test
  void anEvenShareIsOfAllPolicies_thoseWithAnEntryIncluded() {
    PolicySet set =
        Sets.of(
            "composite",
            "{max_total_spans_per_second: 100, policy_order: [errors, slow, rest],"
                + " composite_sub_policy: ["
                + "{name: errors, type: span_count, span_count: {min_spans: 1000}},"
                + "{name: slow, type: latency, latency: {threshold_ms: 2000}},"
                + "{name: rest, type: always_sample}],"
                + " rate_allocation: [{policy: errors, percent: 50}, {policy: slow, percent: 25}]}");
    Judge judge = Sets.judge(set);
    assertThat(Sets.samples(judge, TestTrace.ofSpans(34), 0)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(33), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 0)).isFalse();
  }

  @Test
  void aLimitWithinSpendsNothing_whenTheBudgetIsSpent() {
    PolicySet set =
        Sets.of(
            "composite",
            "{max_total_spans_per_second: 20, composite_sub_policy: [{name: l, type: rate_limiting,"
                + " rate_limiting: {spans_per_second: 1, burst_capacity: 12}}],"
                + " rate_allocation: [{policy: l, percent: 50}]}");
    Judge judge = Sets.judge(set);
    assertThat(Sets.samples(judge, TestTrace.ofSpans(10), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(2), 0)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 1_000)).isTrue();
  }

  @Test
  void sharesTheRateButLetsATraceFit() {
    Judge judge = Sets.parsed(composite(allocation(100, 100))).newJudge(0.1, null);
    assertThat(Sets.samples(judge, TestTrace.ofSpans(10), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 999)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 1_000)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 1_000)).isFalse();
  }

  private static final String TWO_COMPOSITES =
      """
      policies:
        - name: first
          type: composite
          composite:
            max_total_spans_per_second: 99
            composite_sub_policy:
              - {name: any, type: always_sample}
              - {name: large, type: span_count, span_count: {min_spans: 5}}
              - {name: unpaid, type: always_sample}
            policy_order: [unpaid, large, any]
            rate_allocation:
              - {policy: large, percent: 10}
              - {policy: any, percent: 51}
              - {policy: unpaid, percent: 1}    # less than a span
        - {name: between, type: always_sample}
        - name: second
          type: composite
          composite:
            max_total_spans_per_second: 4
            composite_sub_policy:
              - type: ottl_condition
                name: failing
                ottl_condition: {error_mode: propagate, span: ['attributes["s"] + 1 == 2']}
              - {name: any, type: always_sample}
            rate_allocation: [{policy: failing, percent: 100}, {policy: any, percent: 100}]
        - name: no-giants
          type: drop
          drop: {drop_sub_policy: [{type: span_count, span_count: {min_spans: 50}}]}
      """;

  private static List<Vote> subVotes(PolicySet set, Decision decision) {
    return IntStream.range(0, set.subPolicyNames().size()).mapToObj(decision::subVote).toList();
  }

  @Test
  void tellsWhichSubPoliciesWereAskedAndWhatTheyVoted() {
    PolicySet set = Sets.parsed(TWO_COMPOSITES);
    Judge judge = Sets.judge(set);
    TestTrace trace = TestTrace.raising(new long[set.signals().words()]);

    assertThat(set.subPolicyNames())
        .containsExactly(
            "first/unpaid", "first/large", "first/any", "second/failing", "second/any");
    assertThat(subVotes(set, judge.decide(trace, 0)))
        .as("any takes what large does not want, and the second composite has its own")
        .containsExactly(
            Vote.NOT_EVALUATED, Vote.NOT_SAMPLED, Vote.SAMPLED, Vote.NOT_SAMPLED, Vote.SAMPLED);
    trace.spanCount = 6;
    assertThat(subVotes(set, judge.decide(trace, 0)))
        .as("large takes it, the second composite is out of spans")
        .containsExactly(
            Vote.NOT_EVALUATED,
            Vote.SAMPLED,
            Vote.NOT_EVALUATED,
            Vote.NOT_EVALUATED,
            Vote.NOT_EVALUATED);
    assertThat(subVotes(set, judge.decide(trace, 0)))
        .as("large cannot pay any more")
        .containsExactly(
            Vote.NOT_EVALUATED,
            Vote.NOT_EVALUATED,
            Vote.SAMPLED,
            Vote.NOT_EVALUATED,
            Vote.NOT_EVALUATED);
    trace.spanCount = 50;
    assertThat(subVotes(set, judge.decide(trace, 0)))
        .as("dropped before the composites were asked")
        .containsOnly(Vote.NOT_EVALUATED);
  }

  @Test
  void tellsOfASubPolicyThatFails() {
    PolicySet set = Sets.parsed(TWO_COMPOSITES);
    TestSpan span = new TestSpan();
    span.attributes.put("s", "text");
    long[] raised = new long[set.signals().words()];
    Sets.span(set.signals(), span, 0, raised);

    Decision decision = Sets.judge(set).decide(TestTrace.raising(raised), 0);

    assertThat(decision.vote(2)).isEqualTo(Vote.ERROR);
    assertThat(subVotes(set, decision)).endsWith(Vote.ERROR, Vote.NOT_EVALUATED);
  }

  @Test
  void creditsTheSubPolicyOfTheCreditedComposite_andNoOther() {
    PolicySet set = Sets.parsed(TWO_COMPOSITES);
    Judge judge = Sets.judge(set);
    TestTrace trace = TestTrace.raising(new long[set.signals().words()]);

    trace.spanCount = 50;
    assertThat(judge.decide(trace, 0).subPolicy()).as("of a dropped trace").isEqualTo(-1);
    trace.spanCount = 1;
    assertThat(judge.decide(trace, 0).subPolicy()).isEqualTo(2);
    trace.spanCount = 49;
    assertThat(judge.decide(trace, 0).subPolicy()).isEqualTo(2);
    trace.spanCount = 2; // 50 of 50 are spent
    Decision byAnother = judge.decide(trace, 0);
    assertThat(byAnother.policy()).isEqualTo(1);
    assertThat(byAnother.subVote(4)).as("it took the trace, too").isEqualTo(Vote.SAMPLED);
    assertThat(byAnother.subPolicy()).as("but the credit is not its composite's").isEqualTo(-1);
  }
}
