package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.budget.PolicyBudget.KeyRate;
import io.tailrace.policies.budget.PolicyBudget.Learnt;
import io.tailrace.policies.budget.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PolicyBudgetTest {
  private static final String SELECTORS = "fingerprint_attributes: ['root.name']";
  private static final int SECONDS = 40;

  private final List<TestTrace> latest = new ArrayList<>();
  private double keptSpans;

  /** Runs seconds with 100 spans of key 1, 30 of key 2, and 1 of a new key each. */
  private Judge judged(PolicySet set, double share) {
    Judge judge = set.newJudge(share, null);
    SlotRuns runs = new SlotRuns(judge);
    SplittableRandom random = new SplittableRandom(1);
    for (int second = 0; second < SECONDS; second++) {
      boolean counts = second >= SECONDS / 2;
      latest.clear();
      for (int i = 0; i < 131; i++) {
        TestTrace trace = SlotRuns.trace(random, 1);
        trace.raised = new long[set.signals().words()];
        trace.fingerprints = new long[] {i < 100 ? 1 : i < 130 ? 2 : 1_000 + second};
        latest.add(trace);
      }
      runs.slot(
          latest,
          (trace, decision) -> {
            boolean isKept = decision.outcome() == Decision.Outcome.SAMPLED;
            keptSpans += counts && isKept ? trace.spanCount : 0;
          });
    }
    return judge;
  }

  private static PolicySet adaptive(String settings) {
    return Sets.parsed(
        "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}},"
            + settings
            + "]");
  }

  @Test
  void showsWhatAnAdaptiveThroughputHasLearnt() {
    PolicySet set =
        adaptive(
            "{name: budget, type: adaptive_throughput, adaptive_throughput: {goal_throughput: 40, "
                + SELECTORS
                + ", adjustment_interval: 1s}}");
    Judge judge = judged(set, .5);

    PolicyBudget budget = judge.budgets(judge.slotEnd(), 10).get(0);

    assertThat(set.nameOf(budget)).isEqualTo("budget");
    assertThat(budget.goal()).as("its share of the goal").isEqualTo(20);
    assertThat(budget.tokens()).as("spent").isLessThan(1);
    Learnt learnt = budget.learnt();
    assertThat(learnt.top()).hasSize(learnt.keys()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(learnt.top().get(0).hash()).isEqualTo(1);
    assertThat(learnt.top().get(0).spansPerSecond()).isCloseTo(100, within(1.));
    assertThat(learnt.top().get(1).spansPerSecond()).isCloseTo(30, within(1.));
    assertThat(learnt.top().get(0).probability()).isLessThan(learnt.top().get(1).probability());
    double expected =
        learnt.top().stream().mapToDouble(key -> key.spansPerSecond() * key.probability()).sum()
            + learnt.others() * learnt.otherProbability();
    double kept = keptSpans / (SECONDS / 2);
    assertThat(kept).isCloseTo(20, within(1.));
    assertThat(expected).as("probabilities explain what is kept").isCloseTo(kept, within(6.));
    assertThat(judge.budgets(judge.slotEnd(), 1).get(0).learnt().top())
        .containsExactly(learnt.top().get(0));
    assertThat(judge.budgets(judge.slotEnd(), 0).get(0).learnt().top()).isEmpty();
  }

  @Test
  void showsTheKeyOfATrace() {
    PolicySet set =
        adaptive(
            "{name: p, type: adaptive_percentage, adaptive_percentage: {goal_percentage: 10, "
                + SELECTORS
                + ", adjustment_interval: 1s}}");
    Judge judge = judged(set, 1);
    byte[] before = judge.saveState();

    PolicyBudget budget = judge.budgetsFor(latest.get(0), Long.MAX_VALUE).get(0);

    assertThat(judge.saveState()).as("looking changes nothing").isEqualTo(before);
    assertThat(budget.goal()).as("10 % of the traffic").isCloseTo(13.1, within(.5));
    assertThat(budget.tokens()).isNaN();
    assertThat(budget.threshold()).isEqualTo(-1);
    KeyRate key = budget.learnt().top().get(0);
    assertThat(key.hash()).isEqualTo(1);
    assertThat(Thresholds.of(key.probability()))
        .isEqualTo(judge.decide(latest.get(0), judge.slotEnd()).threshold(1));
    TestTrace unknown = SlotRuns.traceAt(.5, 1);
    unknown.fingerprints = new long[] {-5};
    assertThat(judge.budgetsFor(unknown, 0).get(0).learnt().top().get(0))
        .isEqualTo(new KeyRate(-5, 0, budget.learnt().otherProbability()));
  }

  @Test
  void showsTheThresholdOfTheLastSlot() {
    PolicySet set =
        Sets.parsed(
            """
            policies:
              - {name: spans, type: rate_limiting, rate_limiting: {spans_per_second: 26}}
              - {name: bytes, type: bytes_limiting, bytes_limiting: {bytes_per_second: 1000}}
              - {name: shadow, shadow: true, type: rate_limiting, rate_limiting: {spans_per_second: 1}}
              - name: both
                type: composite
                composite:
                  max_total_spans_per_second: 50
                  policy_order: [errors, rest]
                  composite_sub_policy:
                    - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
                    - {name: rest, type: always_sample}
                  rate_allocation: [{policy: errors, percent: 50}, {policy: rest, percent: 50}]
            """);
    Judge judge = judged(set, 1);

    List<PolicyBudget> budgets = judge.budgets(judge.slotEnd(), 10);

    assertThat(budgets.stream().map(b -> set.nameOf(b) + " " + b.isBytes() + " " + b.goal()))
        .containsExactly(
            "spans false 26.0",
            "bytes true 1000.0",
            "both false 50.0",
            "both/errors false 25.0",
            "both/rest false 25.0");
    double kept = 1 - budgets.get(0).threshold() / 0x1p56;
    assertThat(kept).as("26 of 131").isCloseTo(.2, within(.1));
    assertThat(budgets.get(0).learnt()).isNull();
    assertThat(budgets.get(3).threshold()).as("no trace competed").isZero();
    assertThat(budgets.get(4).threshold()).isPositive();
  }

  @Test
  void showsBudgetsWithoutSlots() {
    PolicySet set =
        Sets.parsed(
            """
            use_tracestate: false
            policies: [{name: r, type: rate_limiting, rate_limiting: {spans_per_second: 5}}]
            """);
    Judge judge = Sets.judge(set);
    TestTrace trace = SlotRuns.traceAt(.5, 4);
    judge.decide(trace, 0);

    assertThat(judge.budgets(0, 1))
        .containsExactly(new PolicyBudget(0, -1, false, 5, 6, -1, null, null));
  }
}
