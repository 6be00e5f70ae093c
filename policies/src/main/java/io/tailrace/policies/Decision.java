package io.tailrace.policies;

import java.util.Arrays;

/**
 * Outcome of one trace. Owned by the {@link Judge} that created it and valid until that judge
 * decides again. Copy values that must be kept.
 */
public final class Decision {
  /** Outcome of a trace. */
  public enum Outcome {
    SAMPLED,
    /** No policy sampled the trace. */
    NOT_SAMPLED,
    /** A {@code drop} policy matched. */
    DROPPED
  }

  private static final int NO_POLICY = -1;

  private final Vote[] votes;
  private final SubVotes subVotes;
  private final int[] subPolicyOwners;
  private final Vote[] shadowVotes;
  private Decision shadow;
  private Outcome outcome = Outcome.NOT_SAMPLED;
  private int policy = NO_POLICY;

  /**
   * @param subPolicyOwners for each sub-policy, the index of its top-level policy
   */
  Decision(int policies, SubVotes subVotes, int[] subPolicyOwners, int shadows) {
    this.votes = new Vote[policies];
    this.subVotes = subVotes;
    this.subPolicyOwners = subPolicyOwners;
    this.shadowVotes = new Vote[shadows];
    reset();
  }

  public Outcome outcome() {
    return outcome;
  }

  /**
   * Returns the index of the deciding policy: the first in document order that voted {@code
   * SAMPLED}, or the policy that dropped the trace. Returns -1 if there is none.
   */
  public int policy() {
    return policy;
  }

  /**
   * Returns the vote of a top-level policy.
   *
   * @param policy index in {@link PolicySet#policyNames}
   */
  public Vote vote(int policy) {
    return votes[policy];
  }

  /**
   * Returns the vote of a sub-policy of a {@code composite} policy. {@code SAMPLED} means that the
   * sub-policy sampled the trace for its composite policy. {@code NOT_EVALUATED} means one of: an
   * earlier sub-policy sampled the trace or failed, the composite policy was not evaluated, or the
   * composite or the sub-policy had too little budget.
   *
   * @param subPolicy index in {@link PolicySet#subPolicyNames}
   */
  public Vote subVote(int subPolicy) {
    return subVotes.vote(subPolicy);
  }

  /**
   * Returns the index in {@link PolicySet#subPolicyNames} of the sub-policy that sampled the trace
   * for {@link #policy}. Returns -1 if no policy decided or if the deciding policy is not {@code
   * composite}.
   */
  public int subPolicy() {
    for (int i = 0; i < subPolicyOwners.length; i++) {
      if (subPolicyOwners[i] == policy && subVotes.vote(i) == Vote.SAMPLED) {
        return i;
      }
    }
    return NO_POLICY;
  }

  /**
   * Returns the vote of a shadow policy. {@code NOT_EVALUATED} if the trace was dropped and the
   * shadow is not a {@code drop} policy.
   *
   * @param shadow index in {@link PolicySet#shadowNames}
   */
  public Vote shadowVote(int shadow) {
    return shadowVotes[shadow];
  }

  /** Returns the decision of the {@link PolicySet#shadowSet}, or null if there is no shadow set. */
  public Decision shadow() {
    return shadow;
  }

  void reset() {
    subVotes.reset();
    Arrays.fill(votes, Vote.NOT_EVALUATED);
    Arrays.fill(shadowVotes, Vote.NOT_EVALUATED);
    outcome = Outcome.NOT_SAMPLED;
    policy = NO_POLICY;
  }

  void addShadow(int index, Vote vote) {
    shadowVotes[index] = vote;
  }

  void setShadow(Decision decision) {
    shadow = decision;
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
    return outcome + " by " + policy + " " + Arrays.toString(votes) + " " + subVotes;
  }
}
