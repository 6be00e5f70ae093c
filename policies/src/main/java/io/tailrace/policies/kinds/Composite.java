package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import java.util.List;
import java.util.Map;

/**
 * Samples traces that a policy of {@code composite_sub_policy} samples. Each sub-policy has a
 * budget of spans per second within {@code max_total_spans_per_second}.
 */
final class Composite implements PolicyKind {
  /** Largest budget that a double represents exactly. */
  private static final long MAX_SPANS = 1L << 52;

  @Override
  public String type() {
    return "composite";
  }

  @Override
  public boolean nests() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    Node max = settings.get("max_total_spans_per_second");
    long total = max.integer(0, MAX_SPANS, 0);
    if (!max.present()) {
      settings.node().warn("samples no trace: max_total_spans_per_second is absent");
    }
    List<NamedPolicy> policies = context.namedSubPolicies(settings.get("composite_sub_policy"));
    List<NamedPolicy> ordered = PolicyOrder.read(settings.get("policy_order"), policies);
    Map<String, Long> allocation =
        RateAllocation.read(settings.get("rate_allocation"), policies, total);
    List<Allotted> allotted =
        ordered.stream()
            .map(p -> Allotted.of(p, allocation.getOrDefault(p.name(), 0L), context))
            .toList();
    return new CompositePolicy(
        total, context.stateKey("total=" + total), allotted, context.useSlots());
  }

  /** A sub-policy and its budget in spans per second. */
  record Allotted(String name, Policy policy, long spans, String stateKey) {
    static Allotted of(NamedPolicy named, long spans, PolicyContext context) {
      String key = context.within(named.name()).stateKey("allotted=" + spans);
      return new Allotted(named.name(), named.policy(), spans, key);
    }
  }
}
