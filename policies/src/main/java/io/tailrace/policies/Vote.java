package io.tailrace.policies;

/** What one policy said of one trace. */
public enum Vote {
  SAMPLED,
  NOT_SAMPLED,
  /** Of a {@code drop} policy that matches: overrides every other vote. */
  DROPPED,
  /** The policy failed; the others decide. */
  ERROR,
  /**
   * The outcome was clear before this policy's turn came, or it is part of a {@code composite} one
   * and out of spans.
   */
  NOT_EVALUATED
}
