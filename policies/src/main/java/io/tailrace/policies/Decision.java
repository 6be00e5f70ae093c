package io.tailrace.policies;

import java.util.Arrays;

/**
 * Outcome of one trace. Belongs to the {@link Judge} that made it and is valid until that judge
 * decides again: copy what must last.
 */
public final class Decision {
  /** What becomes of the trace. */
  public enum Outcome {
    SAMPLED,
    /** No policy wanted it. */
    NOT_SAMPLED,
    /** A {@code drop} policy matched. */
    DROPPED
  }

  private static final int NO_POLICY = -1;

  private final Vote[] votes;
  private Outcome outcome = Outcome.NOT_SAMPLED;
  private int policy = NO_POLICY;

  Decision(int policies) {
    this.votes = new Vote[policies];
    reset();
  }

  public Outcome outcome() {
    return outcome;
  }

  /**
   * Index of the policy to credit: the first in the order of the document that voted {@code
   * SAMPLED}, or the one that dropped the trace; -1 if there is none.
   */
  public int policy() {
    return policy;
  }

  /**
   * Vote of a top-level policy.
   *
   * @param policy index in {@link PolicySet#policyNames}
   */
  public Vote vote(int policy) {
    return votes[policy];
  }

  void reset() {
    Arrays.fill(votes, Vote.NOT_EVALUATED);
    outcome = Outcome.NOT_SAMPLED;
    policy = NO_POLICY;
  }

  void add(int index, Vote vote) {
    votes[index] = vote;
    if (vote == Vote.DROPPED) {
      outcome = Outcome.DROPPED;
      policy = index;
    } else if (vote == Vote.SAMPLED && outcome != Outcome.DROPPED) {
      outcome = Outcome.SAMPLED;
      policy = policy == NO_POLICY ? index : policy;
    }
  }

  @Override
  public String toString() {
    return outcome + " by " + policy + " " + Arrays.toString(votes);
  }
}
