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
  private final SubVotes subVotes;
  private final int[] subPolicyOwners;
  private final Vote[] shadowVotes;
  private Decision shadow;
  private Outcome outcome = Outcome.NOT_SAMPLED;
  private int policy = NO_POLICY;

  /**
   * @param subPolicyOwners for each sub-policy, the index of the policy that it is part of
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

  /**
   * Vote of a policy within a {@code composite} one: {@code NOT_EVALUATED} if it was not asked,
   * because an earlier one took the trace or failed, the composite was not asked or out of spans,
   * or it was out of spans itself. If {@code SAMPLED}, it took the trace for its composite.
   *
   * @param subPolicy index in {@link PolicySet#subPolicyNames}
   */
  public Vote subVote(int subPolicy) {
    return subVotes.vote(subPolicy);
  }

  /**
   * Index in {@link PolicySet#subPolicyNames} of the one to credit: the one that took the trace for
   * {@link #policy}; -1 if that is no {@code composite} policy, or there is none.
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
   * Vote of a policy that is a shadow: {@code NOT_EVALUATED} if the trace was dropped, and it is
   * none that drops.
   *
   * @param shadow index in {@link PolicySet#shadowNames}
   */
  public Vote shadowVote(int shadow) {
    return shadowVotes[shadow];
  }

  /** What the {@link PolicySet#shadowSet} would have decided, or null if there is none. */
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
