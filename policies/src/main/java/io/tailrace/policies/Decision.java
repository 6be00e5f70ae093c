package io.tailrace.policies;

import io.tailrace.policies.policy.SubVotes;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.policy.Votes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** Threshold of a trace that was sampled with an unknown probability. */
  public static final long UNKNOWN_THRESHOLD = -1;

  /** Threshold of a trace whose policies do not use trace states. */
  public static final long UNWEIGHTED_THRESHOLD = -2;

  private final Vote[] votes;
  private final long[] thresholds;
  private final boolean[] drops;
  private final boolean useTraceState;
  private final SubVotes subVotes;
  private final int[] subPolicyOwners;
  private final Vote[] shadowVotes;
  private @Nullable Decision shadow;
  private Outcome outcome = Outcome.NOT_SAMPLED;
  private long randomness;
  private int policy = NO_POLICY;

  Decision(PolicySet set, SubVotes subVotes, int shadows) {
    int policies = set.policies().size();
    this.votes = new Vote[policies];
    this.thresholds = new long[policies];
    this.drops = new boolean[policies];
    for (int i = 0; i < policies; i++) {
      drops[i] = set.policies().get(i).drops();
    }
    this.useTraceState = set.useTraceState();
    this.subVotes = subVotes;
    this.subPolicyOwners = set.subPolicyOwners();
    this.shadowVotes = new Vote[shadows];
    reset(0);
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
  public @Nullable Decision shadow() {
    return shadow;
  }

  /**
   * Returns the threshold of a sampled trace: the least of all policies that sample it by
   * threshold. {@link #UNKNOWN_THRESHOLD} if none does, or {@link #UNWEIGHTED_THRESHOLD}.
   */
  public long threshold() {
    if (!useTraceState) {
      return UNWEIGHTED_THRESHOLD;
    }
    long least = leastThreshold();
    return least >= 0 && randomness >= least ? least : UNKNOWN_THRESHOLD;
  }

  /**
   * Returns the threshold of the policy set for this trace, whether it is sampled or not: the set
   * samples a trace like this if its randomness is at least the threshold. 2^56 if no policy
   * samples such a trace by threshold. Negative if a {@code drop} policy dropped the trace, or
   * could have by chance.
   */
  public long leastThreshold() {
    if (isVetoed()) {
      return UNKNOWN_THRESHOLD;
    }
    long least = Votes.NEVER;
    for (int i = 0; i < thresholds.length; i++) {
      if (!drops[i] && Votes.isThreshold(thresholds[i])) {
        least = Math.min(least, thresholds[i]);
      }
    }
    return least;
  }

  /** Returns whether a trace like this, with another randomness, could be sampled. */
  public boolean isByChance() {
    for (int i = 0; i < thresholds.length; i++) {
      long vote = thresholds[i];
      boolean isUnknown = vote == Votes.BY_CHANCE || vote == Votes.NOT_BY_CHANCE;
      if (!drops[i] && (isUnknown || (Votes.isThreshold(vote) && vote < Votes.NEVER))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the threshold of one policy for this trace, as {@link #leastThreshold}. Negative also
   * if the policy drops, was not evaluated, failed, or has an unknown probability.
   *
   * @param policy index in {@link PolicySet#policyNames}
   */
  public long threshold(int policy) {
    return drops[policy] || isVetoed() || thresholds[policy] < 0
        ? UNKNOWN_THRESHOLD
        : thresholds[policy];
  }

  private boolean isVetoed() {
    if (outcome == Outcome.DROPPED) {
      return true;
    }
    for (int i = 0; i < thresholds.length; i++) {
      if (drops[i] && thresholds[i] == Votes.NOT_BY_CHANCE) {
        return true;
      }
    }
    return false;
  }

  void reset(long ofRandomness) {
    randomness = ofRandomness;
    Arrays.fill(thresholds, Votes.NOT_EVALUATED);
    subVotes.reset();
    Arrays.fill(votes, Vote.NOT_EVALUATED);
    Arrays.fill(shadowVotes, Vote.NOT_EVALUATED);
    outcome = Outcome.NOT_SAMPLED;
    policy = NO_POLICY;
  }

  void addShadow(int index, long vote) {
    shadowVotes[index] = Votes.of(vote, randomness);
  }

  void setShadow(Decision decision) {
    shadow = decision;
  }

  /** Adds the threshold of a policy that does not vote. */
  void addThreshold(int index, long vote) {
    thresholds[index] = vote;
  }

  Vote add(int index, long value) {
    Vote vote = Votes.of(value, randomness);
    thresholds[index] = value;
    votes[index] = vote;
    if (vote == Vote.DROPPED) {
      outcome = Outcome.DROPPED;
      policy = index;
    } else if (vote == Vote.SAMPLED && outcome != Outcome.DROPPED) {
      outcome = Outcome.SAMPLED;
      policy = policy == NO_POLICY ? index : policy;
    }
    return vote;
  }

  @Override
  public String toString() {
    return outcome + " by " + policy + " " + Arrays.toString(votes) + " " + subVotes;
  }
}
