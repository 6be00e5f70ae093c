package io.tailrace.policies.kinds;

import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Combines several policies into one vote: the greatest of their thresholds. Evaluates them in
 * order. After one that does not sample, it skips those that spend tokens.
 */
final class AllOf implements Voter {
  private final Voter[] voters;

  AllOf(List<Policy> policies, Budgets budgets) {
    this.voters = policies.stream().map(policy -> policy.voter(budgets)).toArray(Voter[]::new);
  }

  /** Describes the traces that all of the policies sample. */
  static String description(List<Policy> policies) {
    return policies.stream().map(Policy::description).collect(Collectors.joining(", and "));
  }

  @Override
  public boolean spends() {
    for (Voter voter : voters) {
      if (voter.spends()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the combined vote: {@link Votes#NEVER} if any policy votes that, since no randomness
   * would have sampled the trace. So policies after the first that does not sample still matter.
   */
  @Override
  public long vote(TraceFacts trace, long logTimeMillis) {
    long randomness = trace.randomness();
    long combined = Votes.ALWAYS;
    boolean byChance = false;
    for (Voter voter : voters) {
      boolean rejected = Votes.rejects(combined, randomness);
      if (rejected && voter.spends()) {
        byChance = true;
        continue;
      }
      long vote = voter.vote(trace, logTimeMillis);
      if (vote == Votes.NEVER) {
        return Votes.NEVER;
      }
      if (rejected) {
        byChance |= !Votes.isThreshold(vote);
        combined = Votes.isThreshold(combined) ? Math.max(combined, vote) : combined;
      } else if (Votes.samples(vote, randomness)) {
        combined = Math.min(combined, vote) < 0 ? Votes.BY_CHANCE : Math.max(combined, vote);
      } else if (Votes.rejects(vote, randomness)) {
        combined = combined == Votes.BY_CHANCE ? Votes.NOT_BY_CHANCE : vote;
      } else {
        return vote; // an error
      }
    }
    // Whether the weight is known must not depend on the randomness of the trace.
    return byChance ? Votes.NOT_BY_CHANCE : combined;
  }
}
