package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.NamedPolicy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code rate_allocation}: the spans per second of each sub-policy. */
final class RateAllocation {
  private RateAllocation() {}

  /**
   * Returns spans per second by policy name. A policy without an entry, or with 0, gets an even
   * share of the total, as in the Collector since v0.161.
   */
  static Map<String, Long> read(Node list, List<NamedPolicy> policies, long total) {
    Map<String, String> names = new LinkedHashMap<>();
    policies.forEach(policy -> names.put(policy.name(), policy.name()));
    Map<String, Long> spans = new HashMap<>();
    for (Node node : list.list()) {
      node.mapping(entry -> add(entry, names, spans, total));
    }
    names.keySet().forEach(name -> spans.putIfAbsent(name, (long) evenShare(names, total)));
    return spans;
  }

  private static Map<String, Long> add(
      MappingReader entry, Map<String, String> names, Map<String, Long> spans, long total) {
    Node policy = entry.get("policy");
    Optional<String> name = policy.oneOf(names);
    long percent = entry.get("percent").integer(0, 100, 0);
    double allotted = percent == 0 ? evenShare(names, total) : percent / 100.0 * total;
    if (name.isPresent() && spans.put(name.get(), (long) allotted) != null) {
      policy.fault("each policy once");
    }
    return spans;
  }

  private static double evenShare(Map<String, String> names, long total) {
    return (double) total / Math.max(1, names.size());
  }
}
