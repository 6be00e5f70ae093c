package io.tailrace.policies;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Estimates of the time that each top-level policy of a set takes: one evaluation in {@value
 * EvaluationTimer#PERIOD} is timed and counts for all of them. Includes the time of reading the
 * clock, some 25 ns an evaluation. Thread-safe.
 */
public final class EvaluationTimes {
  private final AtomicLongArray nanos;

  EvaluationTimes(int policies) {
    this.nanos = new AtomicLongArray(policies);
  }

  void add(int policy, long estimatedNanos) {
    nanos.addAndGet(policy, estimatedNanos);
  }

  /**
   * Takes out what has come together for a policy since this was called last, in nanoseconds: by
   * votes, and by its conditions on spans. Conditions that several policies share count for the
   * first of them in the order of the document, so that the times of all add up.
   *
   * @param policy index in {@link PolicySet#policyNames}
   */
  public long take(int policy) {
    return nanos.get(policy) == 0 ? 0 : nanos.getAndSet(policy, 0);
  }
}
