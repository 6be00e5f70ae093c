package io.tailrace.policies.policy;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads one policy: name, type, and the settings block of that type. */
final class PolicyReader {
  private final Map<String, PolicyKind> kinds;
  private final PolicyContext around;
  private final boolean nested;

  PolicyReader(Map<String, PolicyKind> kinds, PolicyContext around, boolean nested) {
    this.kinds = kinds;
    this.around = around;
    this.nested = nested;
  }

  /**
   * Reads a policy and reports its faults.
   *
   * @param name reads the name, which is part of the policy's state keys
   * @return the policy; empty if a fault leaves none
   */
  Optional<NamedPolicy> read(Node node, Function<Node, String> name) {
    return node.mapping(entry -> policy(entry, name.apply(entry.get("name"))).orElse(null));
  }

  private Optional<NamedPolicy> policy(MappingReader entry, String name) {
    Optional<PolicyKind> kind = kind(entry.get("type"));
    kinds.forEach((type, other) -> warnOfUnused(entry.get(type), other, kind));
    boolean shadow = !nested && entry.get("shadow").bool(false);
    Optional<Instant> end = nested ? Optional.empty() : entry.get("expires_at").time();
    PolicyContext context = shadow ? around.inShadow(name) : around.within(name);
    return kind.flatMap(k -> entry.get(k.type()).mapping(s -> k.read(s, context)))
        .map(
            policy -> end.isEmpty() ? policy : new Expiring(policy, end.get(), Votes.NOT_EVALUATED))
        .map(policy -> new NamedPolicy(name, policy, shadow));
  }

  private Optional<PolicyKind> kind(Node type) {
    Optional<PolicyKind> kind = type.oneOf(kinds);
    if (nested && kind.isPresent() && !kind.get().nests()) {
      return type.fault("a type that can be a sub-policy", Optional.empty());
    }
    if (kind.isPresent() && !around.allows(kind.get())) {
      return type.fault("a type that depends on the content of a trace alone", Optional.empty());
    }
    return kind;
  }

  /** The Collector also accepts blocks of other types and ignores them. */
  private static void warnOfUnused(Node block, PolicyKind other, Optional<PolicyKind> kind) {
    if (block.present() && kind.isPresent() && kind.get() != other) {
      block.warn("ignored, the type of this policy is " + kind.get().type());
    }
  }
}
