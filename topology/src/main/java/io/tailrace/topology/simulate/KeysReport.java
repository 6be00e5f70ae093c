package io.tailrace.topology.simulate;

import io.tailrace.topology.sampling.BudgetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a policy in JSON.
 *
 * @param keys number of keys, up to a bound
 * @param top keys with most spans, in descending order
 * @param rest sum of all other keys, without key and probability; null if there are none
 */
record KeysReport(String policy, long keys, List<Row> top, @Nullable Row rest) {
  private static final int MAX_KEYS = 20;

  /**
   * Traces of one key.
   *
   * @param key null for the sum of other keys, like the probability
   * @param keptSpans spans of the traces that the policy samples
   * @param probability probability of the latest trace
   * @param adjustedCount sum of the adjusted counts of the sampled traces, an estimate of {@code
   *     traces}
   */
  record Row(
      @Nullable String key,
      long traces,
      long spans,
      long keptSpans,
      @Nullable Double probability,
      double adjustedCount) {}

  static KeysReport of(KeyTally tally) {
    List<Row> top =
        tally.top(MAX_KEYS).stream()
            .map(
                key ->
                    new Row(
                        key.text(),
                        key.traces(),
                        key.spans(),
                        key.keptSpans(),
                        key.probability(),
                        key.adjusted()))
            .toList();
    KeyTally.OfKey rest = tally.rest(MAX_KEYS);
    return new KeysReport(
        tally.policy(),
        tally.keys(),
        top,
        rest.traces() == 0
            ? null
            : new Row(
                null,
                rest.traces(),
                rest.spans(),
                rest.keptSpans(),
                null,
                tally.adjustedRest(MAX_KEYS)));
  }

  /**
   * Returns warnings about keys and budgets.
   *
   * @param budgets budgets of one partition
   * @param spansPerTrace mean number of spans of a trace
   */
  static List<String> warnings(
      List<KeyTally> tallies, List<BudgetState> budgets, double spansPerTrace) {
    List<String> warnings = new ArrayList<>();
    for (KeyTally tally : tallies) {
      tally
          .unbounded()
          .ifPresent(
              selector ->
                  warnings.add(
                      "%s: %s: most traces have a key of their own (expected: an attribute that classifies traffic)"
                          .formatted(tally.policy(), selector)));
    }
    for (BudgetState budget : budgets) {
      if (budget.unit().equals(BudgetState.SPAN)
          && budget.tokens() != null
          && budget.goal() > 0
          && budget.goal() < spansPerTrace) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%s: goal of %.3g spans a second and partition, a trace has %.3g on average (expected: at least one trace a second and partition, else decisions wait)",
                budget.policy(),
                budget.goal(),
                spansPerTrace));
      }
    }
    return warnings;
  }
}
