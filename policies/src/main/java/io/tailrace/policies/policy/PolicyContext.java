package io.tailrace.policies.policy;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.signals.Signal;
import io.tailrace.policies.signals.SignalsBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Services for a {@link PolicyKind} while it reads its settings. */
public final class PolicyContext {
  private static final String SHADOW =
      "shadow"; // unique: other paths are empty or start with a slash

  private final Map<String, PolicyKind> kinds;
  private final SignalsBuilder signals;
  private final RegexCompiler regexes;
  private final String statePath;
  private final boolean useTraceState;
  private final AtomicBoolean usesSlots;
  private final boolean isOfContent;

  private PolicyContext(
      Map<String, PolicyKind> kinds,
      SignalsBuilder signals,
      RegexCompiler regexes,
      String statePath,
      boolean useTraceState,
      AtomicBoolean usesSlots,
      boolean isOfContent) {
    this.kinds = kinds;
    this.signals = signals;
    this.regexes = regexes;
    this.statePath = statePath;
    this.useTraceState = useTraceState;
    this.usesSlots = usesSlots;
    this.isOfContent = isOfContent;
  }

  /**
   * Creates the context of a policy set.
   *
   * @param kinds all kinds of policies by type
   */
  public static PolicyContext of(
      Map<String, PolicyKind> kinds, SignalsBuilder signals, boolean useTraceState) {
    return new PolicyContext(
        kinds, signals, new RegexCompiler(), "", useTraceState, new AtomicBoolean(), false);
  }

  public PolicyContext within(String name) {
    return new PolicyContext(
        kinds, signals, regexes, statePath + "/" + name, useTraceState, usesSlots, isOfContent);
  }

  /** Returns a context in which all policies must depend on the content of the trace alone. */
  public PolicyContext ofContent() {
    return new PolicyContext(kinds, signals, regexes, statePath, useTraceState, usesSlots, true);
  }

  /** Returns a context whose state is separate from a policy of the same name. */
  PolicyContext inShadow(String name) {
    return new PolicyContext(
        kinds,
        signals,
        regexes,
        SHADOW + statePath + "/" + name,
        useTraceState,
        usesSlots,
        isOfContent);
  }

  boolean allows(PolicyKind kind) {
    return !isOfContent || kind.isOfContent();
  }

  /** Registers a signal that the policy reads and returns its index. */
  public int signal(Signal signal) {
    return signals.index(signal);
  }

  /** Registers a fingerprint that the policy reads and returns its index. */
  public int fingerprint(List<Selector> selectors) {
    return signals.fingerprint(selectors);
  }

  /** Returns whether policies use the randomness of a trace and report their probability. */
  public boolean useTraceState() {
    return useTraceState;
  }

  /**
   * Returns whether a budget of this policy is spent in slots, and notes that the set has one if
   * so.
   */
  public boolean useSlots() {
    if (useTraceState) {
      usesSlots.set(true);
    }
    return useTraceState;
  }

  /** Returns whether any policy read so far has a budget that is spent in slots. */
  public boolean usesSlots() {
    return usesSlots.get();
  }

  public RegexCompiler regexes() {
    return regexes;
  }

  /**
   * Returns the key of a token bucket of this policy. A bucket keeps its level in a later policy
   * set if the key is equal.
   *
   * @param settings settings that must be unchanged for a bucket to keep its level
   */
  public String stateKey(String settings) {
    return statePath + " " + settings;
  }

  /** Reads the policies of a set: at least one, with unique names. */
  public List<NamedPolicy> policies(Node list) {
    return named(list, false);
  }

  /** Reads sub-policies with unique names. */
  public List<NamedPolicy> namedSubPolicies(Node list) {
    return named(list, true);
  }

  /** Reads sub-policies and ignores their names. */
  public List<Policy> subPolicies(Node list) {
    List<Policy> policies = new ArrayList<>();
    for (Node node : list.filledList()) {
      subPolicy(node, "[" + policies.size() + "]").ifPresent(policies::add);
    }
    return policies;
  }

  /** Reads one sub-policy. {@code place} identifies it instead of its name. */
  public Optional<Policy> subPolicy(Node node, String place) {
    return new PolicyReader(kinds, this, true)
        .read(
            node,
            name -> {
              name.string(""); // optional, but must be a string
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
      new PolicyReader(kinds, this, nested)
          .read(node, name -> uniqueName(name, taken))
          .ifPresent(policies::add);
    }
    return policies;
  }

  private static String uniqueName(Node node, Map<String, Node> taken) {
    String name = node.string();
    Node other = name.isEmpty() ? null : taken.putIfAbsent(name, node);
    return other == null
        ? name
        : node.fault("a unique name, " + other.path() + " has the same", name);
  }
}
