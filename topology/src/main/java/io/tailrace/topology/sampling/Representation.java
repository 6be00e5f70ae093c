package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.ConsistentSampling;

/**
 * Compares the number of decided traces with the sum of the adjusted counts of the sampled ones.
 * The sum is an unbiased estimate of the number (Horvitz and Thompson, 1952), so the two differ by
 * chance only. Counts traces that could be sampled by threshold. Counts a trace sampled by a head
 * sampler with the weight of its own threshold. Mutable, not thread-safe.
 */
public final class Representation {
  private double traces;
  private double adjusted;
  private double variance;

  /** Returns the number of decided traces. */
  public double traces() {
    return traces;
  }

  /** Returns the sum of the adjusted counts of the sampled traces. */
  public double adjusted() {
    return adjusted;
  }

  /** Returns the variance of {@link #adjusted}, given the decided traces. */
  public double variance() {
    return variance;
  }

  public void clear() {
    traces = 0;
    adjusted = 0;
    variance = 0;
  }

  /**
   * Adds a decided trace.
   *
   * @param threshold of the policies or of one policy for the trace, as {@link
   *     Decision#leastThreshold} or {@link Decision#threshold(int)}
   */
  public void add(OpenTrace trace, long threshold) {
    if (threshold < 0 || threshold >= ConsistentSampling.RANGE) {
      return;
    }
    long randomness = trace.randomness();
    long head = trace.headThreshold();
    if (head > randomness) {
      return; // inconsistent: its own weight is unknown
    }
    double ownCount = ConsistentSampling.adjustedCount(head);
    double count = ConsistentSampling.adjustedCount(Math.max(head, threshold));
    traces += ownCount;
    adjusted += randomness >= threshold ? count : 0;
    variance += ownCount * (count - ownCount);
  }
}
