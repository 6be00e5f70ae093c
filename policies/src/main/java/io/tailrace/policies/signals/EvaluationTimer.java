package io.tailrace.policies.signals;

import java.util.function.LongSupplier;

/**
 * Measures one evaluation of a policy set out of {@value #PERIOD}, so that the other evaluations do
 * not read the clock. Use one instance per evaluating thread. Mutable, not thread-safe.
 */
public final class EvaluationTimer {
  public static final int PERIOD = 64;

  private final LongSupplier nanoTime;
  private int left = PERIOD; // skips the first evaluation: cold code would distort the estimate
  private boolean running;
  private long last;

  /**
   * @param nanoTime a monotonic clock such as {@link System#nanoTime}
   */
  public EvaluationTimer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns a timer with the same clock, for an evaluation nested in another. */
  public EvaluationTimer another() {
    return new EvaluationTimer(nanoTime);
  }

  /** Starts an evaluation of all policies, or of the conditions on one span. */
  public void begin() {
    running = --left == 0;
    if (running) {
      left = PERIOD;
      last = nanoTime.getAsLong();
    }
  }

  /** Adds the time since the last lap or since {@link #begin} to the time of {@code policy}. */
  public void lap(EvaluationTimes times, int policy) {
    if (running) {
      long now = nanoTime.getAsLong();
      times.add(policy, (now - last) * PERIOD);
      last = now;
    }
  }
}
