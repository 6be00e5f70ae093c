package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

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
  void warnsOfAPolicyWithoutAllocation() {
    PolicySet set = Sets.parsed(composite("rate_allocation: [{policy: small, percent: 50}]"));
    assertThat(set.warnings()).singleElement().asString().contains("rest");
    assertThat(Sets.samples(Sets.judge(set), TestTrace.ofSpans(5), 0)).isFalse();
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
}
