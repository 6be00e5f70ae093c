package io.tailrace.policies;

import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a kind of policy needs of its surroundings while it reads its settings. */
final class PolicyContext {
  private static final String SHADOW = "shadow"; // other paths are empty or begin with a slash

  private final SignalsBuilder signals;
  private final RegexCompiler regexes;
  private final String statePath;

  private PolicyContext(SignalsBuilder signals, RegexCompiler regexes, String statePath) {
    this.signals = signals;
    this.regexes = regexes;
    this.statePath = statePath;
  }

  static PolicyContext of(SignalsBuilder signals) {
    return new PolicyContext(signals, new RegexCompiler(), "");
  }

  PolicyContext within(String name) {
    return new PolicyContext(signals, regexes, statePath + "/" + name);
  }

  /** What a shadow counts is apart from what the policy of its name does. */
  PolicyContext inShadow(String name) {
    return new PolicyContext(signals, regexes, SHADOW + statePath + "/" + name);
  }

  /** The index of a signal that this policy will ask a trace for. */
  int signal(Signal signal) {
    return signals.index(signal);
  }

  RegexCompiler regexes() {
    return regexes;
  }

  /**
   * Key of something that this policy counts. Equal keys in two policy sets share what was counted.
   *
   * @param settings the settings that must be unchanged for that
   */
  String stateKey(String settings) {
    return statePath + " " + settings;
  }

  /** Reads the policies of a set: at least one, each with a name of its own. */
  List<NamedPolicy> policies(Node list) {
    return named(list, false);
  }

  /** Reads policies within this one that are told apart by name. */
  List<NamedPolicy> namedSubPolicies(Node list) {
    return named(list, true);
  }

  /** Reads policies within this one whose names mean nothing. */
  List<Policy> subPolicies(Node list) {
    List<Policy> policies = new ArrayList<>();
    for (Node node : list.filledList()) {
      subPolicy(node, "[" + policies.size() + "]").ifPresent(policies::add);
    }
    return policies;
  }

  /** Reads one policy within this one; {@code place} stands in for its name. */
  Optional<Policy> subPolicy(Node node, String place) {
    return new PolicyReader(this, true)
        .read(
            node,
            name -> {
              name.string(""); // optional, but no number
              return place;
            })
        .map(NamedPolicy::policy);
  }

  private List<NamedPolicy> named(Node list, boolean nested) {
    List<NamedPolicy> policies = new ArrayList<>();
    Map<String, Node> taken = new HashMap<>();
    for (Node node : list.filledList()) {
      if (!nested) {
        signals.belongTo(policies.size());
      }
      new PolicyReader(this, nested)
          .read(node, name -> uniqueName(name, taken))
          .ifPresent(policies::add);
    }
    return policies;
  }

  private static String uniqueName(Node node, Map<String, Node> taken) {
    String name = node.string();
    Node other = name.isEmpty() ? null : taken.putIfAbsent(name, node);
    return other == null ? name : node.fault("a name that " + other.path() + " has not", name);
  }
}
