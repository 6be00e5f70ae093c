package io.tailrace.loadtests.soak;

import java.time.Duration;

/**
 * Times of a run: a quarter to warm up, then whole cycles in which traffic and policies repeat. All
 * in seconds from the start of the traffic.
 *
 * @param warmUp before the cycles that are judged
 * @param cycle after which traffic and policies repeat
 * @param cycles that are judged
 * @param steps of a cycle, each with its own policies
 */
record SoakPlan(double warmUp, double cycle, int cycles, int steps) {
  private static final double STEP = 60;
  private static final double SAMPLE = 10;
  private static final double LEAST_WARM_UP = 240; // until all retentions are over
  private static final double LEAST_CYCLE = 60;
  private static final long LEAST_RETENTION = 120;
  private static final double RETENTION_SHARE = 0.4; // segments go a minute later
  private static final int FEWEST_CYCLES = 4; // a phase then has six pairs of samples

  /**
   * Divides a run. Steps take about a minute, and less in runs that are too short for that.
   *
   * @param steps number of policy documents that take turns
   */
  static SoakPlan of(Duration total, int steps) {
    double warmUp = Math.max(LEAST_WARM_UP, total.toSeconds() / 4.0);
    double judged = total.toSeconds() - warmUp;
    if (judged < FEWEST_CYCLES * LEAST_CYCLE) {
      throw new IllegalArgumentException(
          "soak.minutes: %d (expected: >= 8)".formatted(total.toMinutes()));
    }
    int cycles = Math.max(FEWEST_CYCLES, (int) Math.round(judged / (STEP * steps)));
    return new SoakPlan(warmUp, judged / cycles, cycles, steps);
  }

  double end() {
    return warmUp + cycles * cycle;
  }

  double judgedHours() {
    return cycles * cycle / 3600;
  }

  double step() {
    return cycle / steps;
  }

  /** Returns for how long topics keep records, so that they are full before the warm-up ends. */
  Duration topicRetention() {
    return Duration.ofSeconds(Math.max(LEAST_RETENTION, (long) (RETENTION_SHARE * warmUp)));
  }

  /** Returns the time between samples, of which a cycle has a whole number. */
  double sample() {
    return cycle / samplesPerCycle();
  }

  int samplesPerCycle() {
    return (int) Math.round(cycle / SAMPLE);
  }

  boolean isJudged(double seconds) {
    return seconds >= warmUp;
  }
}
