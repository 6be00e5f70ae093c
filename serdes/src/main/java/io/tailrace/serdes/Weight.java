package io.tailrace.serdes;

/**
 * With what probability a trace was kept.
 *
 * @param threshold in 0 to {@link ConsistentSampling#RANGE} - 1, or {@link #UNKNOWN_THRESHOLD}, or
 *     {@link #UNWEIGHTED_THRESHOLD}
 * @param explicitRandomness the {@code rv} that the trace's spans carry; {@link #NO_RANDOMNESS} if
 *     its randomness is in the trace id
 */
public record Weight(long threshold, long explicitRandomness) {
  /** Threshold of a trace that was kept with a probability that nobody knows. */
  public static final long UNKNOWN_THRESHOLD = -1;

  /** Threshold of a trace whose policies take no part in consistent probability sampling. */
  public static final long UNWEIGHTED_THRESHOLD = -2;

  /** No explicit randomness. */
  public static final long NO_RANDOMNESS = -1;

  /** Of what was not kept, or kept by policies that leave trace states alone. */
  public static final Weight NONE = new Weight(UNWEIGHTED_THRESHOLD, NO_RANDOMNESS);

  /** Of a trace that was kept with a probability that nobody knows. */
  public static final Weight UNKNOWN = new Weight(UNKNOWN_THRESHOLD, NO_RANDOMNESS);

  /** Whether the probability is known. */
  public boolean isKnown() {
    return threshold >= 0;
  }

  /** Whether spans say with what probability they were kept, or that nobody knows. */
  public boolean isStamped() {
    return threshold != UNWEIGHTED_THRESHOLD;
  }

  /** Randomness of the trace with these low 8 bytes of its id, in 56 bits. */
  public long randomness(long traceIdLow) {
    return explicitRandomness >= 0
        ? explicitRandomness
        : ConsistentSampling.randomness(traceIdLow);
  }

  /** Number of traces that this one stands for; only if it {@link #isKnown}. */
  public double adjustedCount() {
    return ConsistentSampling.adjustedCount(threshold);
  }
}
