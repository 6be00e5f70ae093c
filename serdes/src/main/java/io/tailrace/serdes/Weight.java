package io.tailrace.serdes;

/**
 * Represents the probability with which a trace was kept.
 *
 * @param threshold 0 to {@link ConsistentSampling#RANGE} - 1, {@link #UNKNOWN_THRESHOLD}, or {@link
 *     #UNWEIGHTED_THRESHOLD}
 * @param explicitRandomness the {@code rv} of the trace's spans, or {@link TraceStateReader#NONE}
 */
public record Weight(long threshold, long explicitRandomness) {
  /** Threshold of a trace that was kept with an unknown probability. */
  public static final long UNKNOWN_THRESHOLD = -1;

  /** Threshold of a trace that was not kept, or kept by policies that do not use trace states. */
  public static final long UNWEIGHTED_THRESHOLD = -2;

  public static final Weight NONE = new Weight(UNWEIGHTED_THRESHOLD, TraceStateReader.NONE);

  public static final Weight UNKNOWN = new Weight(UNKNOWN_THRESHOLD, TraceStateReader.NONE);

  /** Returns whether the probability is known. */
  public boolean isKnown() {
    return threshold >= 0;
  }

  /** Returns whether spans are stamped: with the threshold, or without any if it is unknown. */
  public boolean isStamped() {
    return threshold != UNWEIGHTED_THRESHOLD;
  }

  /**
   * Returns the randomness of the trace, 0 to {@link ConsistentSampling#RANGE} - 1.
   *
   * @param traceIdLow bytes 8..15 of the trace ID
   */
  public long randomness(long traceIdLow) {
    return explicitRandomness >= 0 ? explicitRandomness : ConsistentSampling.randomness(traceIdLow);
  }

  /** Returns the number of traces that this trace represents. Valid if {@link #isKnown}. */
  public double adjustedCount() {
    return ConsistentSampling.adjustedCount(threshold);
  }
}
