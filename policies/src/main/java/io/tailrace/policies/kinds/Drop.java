package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import java.util.List;

/** Drops traces that every policy of {@code drop_sub_policy} samples. */
final class Drop implements PolicyKind {
  @Override
  public String type() {
    return "drop";
  }

  @Override
  public boolean nests() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return new Veto(context.subPolicies(settings.get("drop_sub_policy")));
  }

  private record Veto(List<Policy> policies) implements Policy {
    @Override
    public boolean drops() {
      return true;
    }

    @Override
    public Extent extent() {
      return Extent.both(policies.stream().map(Policy::extent).toList());
    }

    @Override
    public List<String> doubts() {
      return policies.stream().flatMap(policy -> policy.doubts().stream()).toList();
    }

    @Override
    public String description() {
      return AllOf.description(policies);
    }

    @Override
    public Voter voter(Budgets budgets) {
      Voter all = new AllOf(policies, budgets);
      return Voter.like(
          all,
          (trace, logTimeMillis) -> vetoed(all.vote(trace, logTimeMillis), trace.randomness()));
    }

    /** A veto that depends on randomness leaves an unknown share of traces to other policies. */
    private static long vetoed(long vote, long randomness) {
      if (Votes.samples(vote, randomness)) {
        return Votes.DROPPED;
      }
      return vote == Votes.NEVER || vote == Votes.ERROR || vote == Votes.ABSTAINS
          ? vote
          : Votes.NOT_BY_CHANCE;
    }
  }
}
