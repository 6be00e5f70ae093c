package io.tailrace.policies;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Combines several policies into one vote. Evaluates them in order and stops at the first that does
 * not sample.
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

  /** Returns the first vote that is not SAMPLED. Later policies spend no tokens. */
  @Override
  public Vote vote(TraceFacts trace, long logTimeMillis) {
    for (Voter voter : voters) {
      Vote vote = voter.vote(trace, logTimeMillis);
      if (vote != Vote.SAMPLED) {
        return vote;
      }
    }
    return Vote.SAMPLED;
  }
}
