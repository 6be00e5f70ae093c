package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples traces that the policy in {@code not_sub_policy} does not sample. */
final class Not implements PolicyKind {
  @Override
  public String type() {
    return "not";
  }

  @Override
  public @Nullable Policy read(MappingReader settings, PolicyContext context) {
    Node node = settings.get("not_sub_policy");
    if (!node.present()) {
      node.fault("a policy");
      return null;
    }
    return context.subPolicy(node, "[0]").<Policy>map(Inverted::new).orElse(null);
  }

  private record Inverted(Policy policy) implements Policy {
    @Override
    public Voter voter(Budgets budgets) {
      Voter voter = policy.voter(budgets);
      return Voter.like(
          voter,
          (trace, logTimeMillis) ->
              Votes.not(voter.vote(trace, logTimeMillis), trace.randomness()));
    }

    @Override
    public Extent extent() {
      return Extent.not(policy.extent());
    }

    @Override
    public List<String> doubts() {
      return policy.doubts();
    }

    @Override
    public String description() {
      return "not (" + policy.description() + ")";
    }
  }
}
