package io.tailrace.policies.budget;

/**
 * Sampling thresholds: a trace is sampled if its randomness is at least the threshold. Source:
 * OpenTelemetry specification, "TraceState: Probability Sampling".
 */
public final class Thresholds {
  /** Samples all traces. */
  public static final long ALWAYS = 0;

  /** Samples no trace. The greatest threshold. */
  public static final long NEVER = 1L << 56;

  private Thresholds() {}

  /**
   * Returns the threshold for a probability: {@code 2^56 - round(2^56 * probability)}.
   *
   * @param probability in 0..1. Values below 2^-56 sample nothing.
   */
  public static long of(double probability) {
    return probability < 1.0 / NEVER ? NEVER : NEVER - Math.round(probability * NEVER);
  }

  /** Returns the probability of a threshold. */
  public static double probability(long threshold) {
    return 1 - (double) threshold / NEVER;
  }
}
