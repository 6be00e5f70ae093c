package io.tailrace.policies.policy;

import java.time.Instant;
import java.util.List;

/**
 * A policy that is not evaluated from a given log time on.
 *
 * @param afterEnd vote from then on
 */
public record Expiring(Policy policy, Instant end, long afterEnd) implements Policy {
  @Override
  public Voter voter(Budgets budgets) {
    Voter voter = policy.voter(budgets);
    long endMillis = end.toEpochMilli();
    return Voter.like(
        voter,
        (trace, logTimeMillis) ->
            logTimeMillis < endMillis ? voter.vote(trace, logTimeMillis) : afterEnd);
  }

  @Override
  public String description() {
    return "until " + end + ": " + policy.description();
  }

  @Override
  public List<String> doubts() {
    return policy.doubts();
  }

  @Override
  public boolean drops() {
    return policy.drops();
  }

  @Override
  public List<String> subPolicyNames() {
    return policy.subPolicyNames();
  }

  @Override
  public int fingerprintIndex() {
    return policy.fingerprintIndex();
  }
}
