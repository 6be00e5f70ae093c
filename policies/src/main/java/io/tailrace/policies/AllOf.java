package io.tailrace.policies;

import java.util.List;
import java.util.stream.Collectors;

/** Votes of several policies as one: in order, up to the first that does not sample. */
final class AllOf implements Voter {
  private final Voter[] voters;

  AllOf(List<Policy> policies, Budgets budgets) {
    this.voters = policies.stream().map(policy -> policy.voter(budgets)).toArray(Voter[]::new);
  }

  /** What several policies as one sample, in words. */
  static String description(List<Policy> policies) {
    return policies.stream().map(Policy::description).collect(Collectors.joining(", and "));
  }

  /** The first vote that is not SAMPLED: policies after it spend nothing. */
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
