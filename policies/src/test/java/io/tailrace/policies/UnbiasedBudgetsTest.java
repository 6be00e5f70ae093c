package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves that adjusted counts estimate the number of traces under budgets, in total and by class:
 * the mean of 40 seeds of 100,000 traces is within chance of the truth, and within 1 %.
 */
class UnbiasedBudgetsTest {
  private static final int SEEDS = 40;
  private static final int SLOTS = 200;
  private static final int TRACES_PER_SLOT = 500;
  private static final int CLASSES = 3;

  /** Quantile of Student's t with 39 degrees of freedom for 1 in 10,000, two-sided. */
  private static final double T = 4.321;

  private static final String TENTH =
      "{name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{name: l, type: rate_limiting, rate_limiting: {spans_per_second: 100}}]",
        "[{name: l, type: rate_limiting, rate_limiting: {spans_per_second: 20}}]",
        "[{name: l, type: bytes_limiting, bytes_limiting: {bytes_per_second: 10000}}]",
        "[{name: l, type: rate_limiting, rate_limiting: {spans_per_second: 30}}, " + TENTH + "]",
        "[" + TENTH + ", {name: l, type: rate_limiting, rate_limiting: {spans_per_second: 300}}]",
        "[{name: a, type: and, and: {and_sub_policy: [{type: span_count, span_count:"
            + " {min_spans: 2}}, {type: rate_limiting, rate_limiting: {spans_per_second: 90}}]}}]",
        "[{name: c, type: composite, composite: {max_total_spans_per_second: 150,"
            + " composite_sub_policy: [{name: three, type: span_count, span_count: {min_spans: 3}},"
            + " {name: rest, type: always_sample}], rate_allocation:"
            + " [{policy: three, percent: 40}, {policy: rest, percent: 60}]}}]"
      })
  void estimatesEachClass(String policies) {
    PolicySet set = Sets.parsed("policies: " + policies);
    double[][] ratios = new double[CLASSES + 1][SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      double[] counted = new double[CLASSES + 1];
      double[] truth = new double[CLASSES + 1];
      run(set, seed, truth, counted);
      for (int i = 0; i <= CLASSES; i++) {
        ratios[i][seed] = counted[i] / truth[i];
      }
    }
    for (int i = 0; i <= CLASSES; i++) {
      if (i == 0 && policies.contains("min_spans: 2")) {
        assertThat(ratios[i]).as("never sampled").containsOnly(0);
      } else if (i < CLASSES || !policies.contains("min_spans: 2")) {
        assertUnbiased(ratios[i], i);
      }
    }
  }

  private static void run(PolicySet set, int seed, double[] truth, double[] counted) {
    SlotRuns runs = new SlotRuns(Sets.judge(set));
    SplittableRandom random = new SplittableRandom(seed);
    for (int slot = 0; slot < SLOTS; slot++) {
      List<TestTrace> traces = new ArrayList<>();
      for (int i = 0; i < TRACES_PER_SLOT; i++) {
        traces.add(SlotRuns.trace(random, 1 + random.nextInt(CLASSES)));
      }
      runs.slot(
          traces,
          (trace, decision) -> {
            double count =
                decision.outcome() == Decision.Outcome.SAMPLED
                    ? 0x1p56 / (0x1p56 - decision.threshold())
                    : 0;
            for (int i : new int[] {trace.spanCount - 1, CLASSES}) {
              truth[i]++;
              counted[i] += count;
            }
          });
    }
  }

  private static void assertUnbiased(double[] ratios, int kind) {
    double sum = 0;
    double squares = 0;
    for (double ratio : ratios) {
      sum += ratio;
      squares += ratio * ratio;
    }
    double mean = sum / ratios.length;
    double variance = (squares - sum * mean) / (ratios.length - 1);
    double error = Math.sqrt(Math.max(0, variance) / ratios.length);
    assertThat(Math.abs(mean - 1))
        .as("bias of class %d: mean ratio %s, standard error %s", kind, mean, error)
        .isLessThanOrEqualTo(T * error + 1e-9)
        .isLessThan(.01 + T * error);
  }
}
