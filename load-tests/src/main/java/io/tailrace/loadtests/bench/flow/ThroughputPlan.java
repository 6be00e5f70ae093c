package io.tailrace.loadtests.bench.flow;

import java.time.Duration;

/**
 * Size of the measurement.
 *
 * @param rounds runs per scenario
 * @param spans measured spans per run
 * @param openTraces number of open traces
 * @param decisionWait decision wait in record time
 * @param minWarmUpSpans minimum spans before the measurement, for JIT compilation
 * @param keptShare share that the floor forwards
 * @param spansPerTrace average spans per trace
 */
public record ThroughputPlan(
    int rounds,
    long spans,
    long openTraces,
    Duration decisionWait,
    long minWarmUpSpans,
    double keptShare,
    double spansPerTrace) {
  private static final double TAIL = 0.15;

  public double tracesPerSecond() {
    return openTraces / (decisionWait.toMillis() / 1e3);
  }

  /** Returns the spans until the number of open traces is stable. */
  public long warmUpSpans() {
    return Math.max(minWarmUpSpans, (long) (1.3 * openTraces * spansPerTrace));
  }

  /**
   * Returns the decision wait by wall clock, in whole seconds, that holds the open traces at a rate
   * of reading.
   */
  public Duration wallClockWait(double spansPerSecond) {
    double seconds = openTraces / (spansPerSecond / spansPerTrace);
    return Duration.ofSeconds(Math.max(1, Math.round(seconds)));
  }

  /** Returns the spans per topic, more than the measured ones. */
  public long topicSpans() {
    return (long) ((warmUpSpans() + spans) * (1 + TAIL));
  }
}
