package io.tailrace.policies.kinds;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.NamedPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code policy_order}. */
final class PolicyOrder {
  private PolicyOrder() {}

  /**
   * Returns the policies that the order names, in that order, then the others in document order.
   */
  static List<NamedPolicy> read(Node order, List<NamedPolicy> policies) {
    Map<String, NamedPolicy> left = new LinkedHashMap<>();
    policies.forEach(policy -> left.put(policy.name(), policy));
    Map<String, NamedPolicy> all = new LinkedHashMap<>(left);
    List<NamedPolicy> ordered = new ArrayList<>();
    for (Node node : order.texts()) {
      NamedPolicy named = node.oneOf(all).orElse(null);
      if (named != null && left.remove(named.name()) == null) {
        node.fault("each policy once");
      } else if (named != null) {
        ordered.add(named);
      }
    }
    ordered.addAll(left.values());
    return ordered;
  }
}
