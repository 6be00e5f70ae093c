package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Voter;
import java.util.List;

/** Samples traces that every policy of {@code and_sub_policy} samples. */
final class And implements PolicyKind {
  @Override
  public String type() {
    return "and";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    List<Policy> policies = context.subPolicies(settings.get("and_sub_policy"));
    return new All(policies);
  }

  private record All(List<Policy> policies) implements Policy {
    @Override
    public Voter voter(Budgets budgets) {
      return new AllOf(policies, budgets);
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
  }
}
