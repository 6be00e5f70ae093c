package io.tailrace.policies.signals;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Estimated evaluation time of each top-level policy of a set. One evaluation out of {@value
 * EvaluationTimer#PERIOD} is measured and multiplied. Includes the time to read the clock, about 25
 * ns per evaluation. Thread-safe.
 */
public final class EvaluationTimes {
  private final AtomicLongArray nanos;

  public EvaluationTimes(int policies) {
    this.nanos = new AtomicLongArray(policies);
  }

  void add(int policy, long estimatedNanos) {
    nanos.addAndGet(policy, estimatedNanos);
  }

  /**
   * Returns the time of a policy since the last call, in nanoseconds, and resets it. Includes its
   * votes and its conditions on spans. The time of a condition that several policies share counts
   * for the first of them in document order, so that the times of all policies add up.
   *
   * @param policy index in {@code PolicySet.policyNames}
   */
  public long take(int policy) {
    return nanos.get(policy) == 0 ? 0 : nanos.getAndSet(policy, 0);
  }
}
