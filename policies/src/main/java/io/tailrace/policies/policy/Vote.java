package io.tailrace.policies.policy;

/** Vote of one policy on one trace. */
public enum Vote {
  SAMPLED,
  NOT_SAMPLED,
  /** Vote of a {@code drop} policy that matches. Overrides all other votes. */
  DROPPED,
  /** The evaluation failed; the other policies decide. */
  ERROR,
  /**
   * The policy was not evaluated: the outcome was already clear, or it is a sub-policy of a {@code
   * composite} policy without enough budget.
   */
  NOT_EVALUATED
}
