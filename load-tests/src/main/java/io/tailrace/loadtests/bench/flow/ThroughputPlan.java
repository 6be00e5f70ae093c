package io.tailrace.loadtests.bench.flow;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds how often each scenario has its turn
 * @param spans measured in each
 * @param openTraces how many traces are open at once
 * @param decisionWait by record time
 * @param minWarmUpSpans read before measuring begins, for the compiler's sake
 * @param keptShare what the floor forwards
 * @param spansPerTrace on average
 */
record ThroughputPlan(
    int rounds,
    long spans,
    long openTraces,
    Duration decisionWait,
    long minWarmUpSpans,
    double keptShare,
    double spansPerTrace) {
  private static final double TAIL = 0.15;

  double tracesPerSecond() {
    return openTraces / (decisionWait.toMillis() / 1e3);
  }

  /** Until as many traces are open as will be, and decisions are made. */
  long warmUpSpans() {
    return Math.max(minWarmUpSpans, (long) (1.3 * openTraces * spansPerTrace));
  }

  /** So much that what is measured ends before the topic does. */
  long topicSpans() {
    return (long) ((warmUpSpans() + spans) * (1 + TAIL));
  }
}
