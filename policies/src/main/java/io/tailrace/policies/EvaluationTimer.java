package io.tailrace.policies;

import java.util.function.LongSupplier;

/**
 * Times one evaluation of a policy set in {@value #PERIOD}, so that the others do not pay for
 * reading the clock. One per thread that evaluates; mutable, not thread-safe.
 */
public final class EvaluationTimer {
  static final int PERIOD = 64;

  private final LongSupplier nanoTime;
  private int left = PERIOD; // the first evaluation is the coldest, and would count for many
  private boolean running;
  private long last;

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public EvaluationTimer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** One with the same clock, for evaluations within an evaluation. */
  EvaluationTimer another() {
    return new EvaluationTimer(nanoTime);
  }

  /** Begins an evaluation of all policies, or of the conditions on one span. */
  void begin() {
    running = --left == 0;
    if (running) {
      left = PERIOD;
      last = nanoTime.getAsLong();
    }
  }

  /** Adds the time since the last lap, or the beginning, to what {@code policy} takes. */
  void lap(EvaluationTimes times, int policy) {
    if (running) {
      long now = nanoTime.getAsLong();
      times.add(policy, (now - last) * PERIOD);
      last = now;
    }
  }
}
