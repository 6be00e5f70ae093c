package io.tailrace.topology.convert;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Traces that a {@code tail_sampling} policy samples.
 *
 * @param cases alternatives; each is a list of OTTL conditions that spans of the trace meet, an
 *     empty one for all traces. At least one case
 * @param percentage share of these traces, in (0,100]
 * @param spansPerSecond rate of these traces; 0 for no limit
 */
record Selection(List<List<String>> cases, BigDecimal percentage, long spansPerSecond) {
  private static final BigDecimal ALL = new BigDecimal(100);
  private static final List<List<String>> EVERY_TRACE = List.of(List.of());
  private static final List<String> FINGERPRINT =
      List.of("fingerprint_attributes:", "  - root.service", "  - root.name");

  static Selection everything() {
    return new Selection(EVERY_TRACE, ALL, 0);
  }

  /** Returns the traces that meet one of these conditions. */
  static Selection of(List<String> conditions) {
    return new Selection(conditions.stream().map(List::of).toList(), ALL, 0);
  }

  static Selection share(BigDecimal percentage) {
    return new Selection(EVERY_TRACE, percentage, 0);
  }

  static Selection rate(long spansPerSecond) {
    return new Selection(EVERY_TRACE, ALL, spansPerSecond);
  }

  boolean isCatchAll() {
    return cases.contains(List.<String>of());
  }

  boolean isLimited() {
    return spansPerSecond > 0;
  }

  boolean isWhole() {
    return !isLimited() && percentage.compareTo(ALL) >= 0;
  }

  /** Returns whether one rule can have the samplers of both. */
  boolean fits(Selection other) {
    return isWhole() || other.isWhole() || (!isLimited() && !other.isLimited());
  }

  /** Returns the number of cases of {@link #and}. */
  long casesWith(Selection other) {
    return (long) cases.size() * other.cases.size();
  }

  /** Returns the traces that both sample. Shares of the same randomness: the smaller one counts. */
  Selection and(Selection other) {
    List<List<String>> both = new ArrayList<>();
    for (List<String> mine : cases) {
      for (List<String> theirs : other.cases) {
        List<String> all = new ArrayList<>(mine);
        theirs.stream().filter(condition -> !all.contains(condition)).forEach(all::add);
        both.add(List.copyOf(all));
      }
    }
    return new Selection(
        List.copyOf(both),
        percentage.min(other.percentage),
        Math.max(spansPerSecond, other.spansPerSecond));
  }

  /** Returns the lines of the sampler. */
  List<String> sampler() {
    if (isLimited()) {
      return adaptive("adaptive_throughput", "goal_throughput: " + spansPerSecond);
    }
    if (isWhole()) {
      return Rule.KEEP;
    }
    String share = percentage.stripTrailingZeros().toPlainString();
    return isCatchAll()
        ? adaptive("adaptive_percentage", "goal_percentage: " + share)
        : List.of("type: probabilistic", "sampling_percentage: " + share);
  }

  private static List<String> adaptive(String type, String goal) {
    List<String> lines = new ArrayList<>(List.of("type: " + type, goal));
    lines.addAll(FINGERPRINT);
    return lines;
  }
}
