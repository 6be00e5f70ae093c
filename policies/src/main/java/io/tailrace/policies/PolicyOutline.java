package io.tailrace.policies;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The policies and the blocks for the export of a document by name, and its other settings by key.
 * Each value is one normalised line, so that equal values have equal lines. Immutable.
 */
public final class PolicyOutline {
  private static final String POLICIES = "policies";
  private static final String RULES = "rules";

  private final Map<String, String> policies;
  private final Map<String, String> exports;
  private final Map<String, String> settings;

  private PolicyOutline(
      Map<String, String> policies, Map<String, String> exports, Map<String, String> settings) {
    this.policies = policies;
    this.exports = exports;
    this.settings = settings;
  }

  /**
   * Describes the difference between two valid documents in one line: {@code +slow -rest ~errors
   * decision_wait: 10s → 30s}. Ignores comments and layout. For people; the wording may change.
   */
  public static String changes(String before, String after) {
    return of(after).changesSince(of(before));
  }

  private static PolicyOutline of(String document) {
    return Document.read(document, root -> SamplingBlock.find(root).map(PolicyOutline::of))
        .getOrElse(Optional.empty())
        .orElseThrow(() -> new IllegalArgumentException("not a valid document"));
  }

  private static PolicyOutline of(SamplingBlock found) {
    Node block = found.node();
    String list = found.isAdaptive() ? RULES : POLICIES;
    Map<String, String> policies = new LinkedHashMap<>();
    Map<String, String> settings = new LinkedHashMap<>();
    Map<String, String> exports = new LinkedHashMap<>();
    found.exports().blocks().forEach((name, node) -> exports.put(name, node.inOneLine()));
    for (String key : block.keys()) {
      if (!key.equals(list) && !exports.containsKey(key)) {
        settings.put(key, block.entry(key).inOneLine());
      }
    }
    for (Node policy : block.entry(list).list()) {
      policies.put(policy.entry("name").string(), policy.inOneLine());
    }
    return new PolicyOutline(policies, exports, settings);
  }

  private String changesSince(PolicyOutline before) {
    List<String> changes = new ArrayList<>();
    compare(policies, before.policies, changes);
    compare(exports, before.exports, changes); // without values, which can be secrets
    Stream.concat(before.settings.keySet().stream(), missing(settings, before.settings))
        .filter(key -> !setting(key).equals(before.setting(key)))
        .map(key -> key + ": " + Words.clean(before.setting(key) + " → " + setting(key)))
        .forEach(changes::add);
    return changes.isEmpty() ? "says the same" : String.join(" ", changes);
  }

  private static void compare(
      Map<String, String> now, Map<String, String> before, List<String> changes) {
    missing(now, before).map(name -> "+" + Words.clean(name)).forEach(changes::add);
    missing(before, now).map(name -> "-" + Words.clean(name)).forEach(changes::add);
    now.forEach(
        (name, value) -> {
          if (!value.equals(before.getOrDefault(name, value))) {
            changes.add("~" + Words.clean(name));
          }
        });
    if (!inOrder(now, before).equals(inOrder(before, now))) {
      changes.add("another order");
    }
  }

  private String setting(String key) {
    return settings.getOrDefault(key, "none");
  }

  private static Stream<String> missing(Map<String, String> of, Map<String, String> in) {
    return of.keySet().stream().filter(key -> !in.containsKey(key));
  }

  private static List<String> inOrder(Map<String, String> of, Map<String, String> alsoIn) {
    return of.keySet().stream().filter(alsoIn::containsKey).toList();
  }
}
