package io.tailrace.loadtests.bench.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was kept of a run, by window of log time, and how well adjusted counts estimate it. */
final class BudgetFigures {
  private static final long WINDOW_MILLIS = 10_000;

  /** Quantile of the normal distribution for 1 in 10,000. */
  private static final double Z = 3.72;

  private final Map<Long, long[]> windows = new TreeMap<>();
  private final Map<String, Estimate> byKey = new HashMap<>();
  private final long start;
  private final long first;
  private final long end;
  private long traces;
  private long keptSpans;
  private int digest;

  private static final class Estimate {
    long truth;
    double count;
    double variance;
  }

  /**
   * @param start log time at which traces begin to fall due
   * @param first log time from which on windows count
   * @param end log time at which they end
   */
  BudgetFigures(long start, long first, long end) {
    this.start = start;
    this.first = first;
    this.end = end;
  }

  /**
   * Adds a decision.
   *
   * @param adjustedCount 0 if the trace was dropped
   */
  void add(String key, int spans, long decidedAt, double adjustedCount) {
    if (decidedAt >= end) {
      return;
    }
    traces++;
    Estimate estimate =
        byKey.computeIfAbsent(key.startsWith("new-") ? "new" : key, k -> new Estimate());
    estimate.truth++;
    estimate.count += adjustedCount;
    estimate.variance += adjustedCount * (adjustedCount - 1);
    if (adjustedCount > 0) {
      keptSpans += spans;
      windows.computeIfAbsent((decidedAt - start) / WINDOW_MILLIS, w -> new long[1])[0] += spans;
    }
  }

  /**
   * Returns the greatest number of spans kept in 10 s after the first minute, over the goal.
   *
   * @param goal spans per second
   */
  double worstWindow(double goal) {
    return windows.entrySet().stream()
        .filter(window -> start + window.getKey() * WINDOW_MILLIS >= first)
        .filter(window -> start + (window.getKey() + 1) * WINDOW_MILLIS <= end)
        .mapToDouble(window -> window.getValue()[0] / (goal * WINDOW_MILLIS / 1e3))
        .max()
        .orElse(0);
  }

  /** Returns the mean of the windows that count, over the goal. */
  double meanWindow(double goal) {
    return windows.entrySet().stream()
        .filter(window -> start + window.getKey() * WINDOW_MILLIS >= first)
        .filter(window -> start + (window.getKey() + 1) * WINDOW_MILLIS <= end)
        .mapToDouble(window -> window.getValue()[0] / (goal * WINDOW_MILLIS / 1e3))
        .average()
        .orElse(0);
  }

  /** Returns the sum of adjusted counts over the number of traces. */
  double estimate() {
    return byKey.values().stream().mapToDouble(e -> e.count).sum() / traces;
  }

  /** Returns chi squared of the estimates by key, divided by its quantile for 1 in 10,000. */
  double chiSquaredShare() {
    double sum = 0;
    int degrees = 0;
    for (Estimate each : byKey.values()) {
      if (each.variance > 0) {
        sum += (each.count - each.truth) * (each.count - each.truth) / each.variance;
        degrees++;
      }
    }
    double v = 2 / (9. * Math.max(1, degrees));
    return sum / (degrees * Math.pow(1 - v + Z * Math.sqrt(v), 3));
  }

  /** Adds a decision to the digest, in any order. */
  void digest(String decision) {
    digest += decision.hashCode();
  }

  /** Returns a number that is equal for the same decisions at the same times. */
  int digest() {
    return digest;
  }

  long traces() {
    return traces;
  }

  long keptSpans() {
    return keptSpans;
  }
}
