package io.tailrace.topology.convert;

import io.tailrace.policies.PolicyDocument;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Converts policies of the Collector's {@code tail_sampling} processor to rules. Policies vote and
 * one vote is enough, but the first rule decides: so rules that keep all their traces precede those
 * with greater, then smaller shares, limits, and the rule for all other traces. Not thread-safe.
 */
public final class CollectorPolicies {
  /** Rules for one policy. */
  private static final int MAX_RULES = 100;

  private static final String DEFAULT_WAIT = "30s";
  private static final String DEFAULT_DELAY = "2s";
  private static final Set<String> CONVERTED =
      Set.of(
          "decision_wait",
          "decision_wait_after_root_received",
          "root_span_condition",
          "num_traces",
          "decision_cache",
          "policies",
          "reconsider_late",
          "follow_links",
          "sample_on_first_match");

  /** A policy that becomes rules. */
  private record Read(Node policy, Selection traces) {
    BigDecimal share() {
      return traces.percentage();
    }
  }

  private final Losses losses = new Losses();
  private final CollectorCondition conditions = new CollectorCondition(losses);
  private final List<Read> dropped = new ArrayList<>();
  private final List<Read> sampled = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();

  private CollectorPolicies() {}

  /**
   * Converts a document.
   *
   * @param yaml a Collector configuration or the processor's block; any text
   * @param environment values of environment references
   * @return the document with rules, or the faults of a text that is not a valid policy document
   */
  public static Validation<Seq<Fault>, Converted> convert(String yaml, Environment environment) {
    boolean refers = PolicyDocument.expanded(yaml, environment).isPresent();
    List<String> exports =
        PolicySet.parse(yaml, environment)
            .map(set -> set.exportRules().names())
            .getOrElse(List.of());
    return PolicyDocument.policies(
        yaml, environment, block -> new CollectorPolicies().document(block, refers, exports));
  }

  /**
   * @param exports keys of the blocks for the export
   */
  private Converted document(Node block, boolean refersToEnvironment, List<String> exports) {
    if (refersToEnvironment) {
      losses.note(block, "environment references are replaced with their values");
    }
    for (String name : exports) {
      losses.fault(block, name + " is left out (copy it beside the rules)");
    }
    List<String> settings = settings(block, exports);
    block.entry("policies").list().forEach(this::policy);
    write();
    return new Converted(
        RuleWriter.write(
            List.of(
                "Converted from tail_sampling: a proposal.",
                "The first rule that a trace matches decides; policies all vote."),
            settings,
            rules),
        losses.faults,
        losses.notes);
  }

  private List<String> settings(Node block, List<String> exports) {
    List<String> lines = new ArrayList<>();
    lines.add("trace_timeout: " + Plain.text(block.entry("decision_wait")).orElse(DEFAULT_WAIT));
    Node delay = block.entry("decision_wait_after_root_received");
    boolean delayed = delay.durationFromZero().filter(d -> !d.isZero()).isPresent();
    lines.add("decision_delay: " + (delayed ? Plain.text(delay).orElseThrow() : DEFAULT_DELAY));
    if (!delayed) {
      losses.note(
          delay,
          "not set, but rules always decide after the root span: decision_delay is "
              + DEFAULT_DELAY);
    }
    Node root = block.entry("root_span_condition");
    if (root.present()) {
      lines.add("root_span_condition: " + Yaml.quoted(root.string("")));
    }
    long traces = block.entry("num_traces").integer(0, Long.MAX_VALUE, 0);
    if (traces > 0) {
      lines.add("num_traces: " + traces);
    }
    Node cache = block.entry("decision_cache");
    if (!cache.keys().isEmpty()) {
      lines.add("decision_cache:");
      cache.keys().stream()
          .filter(key -> cache.entry(key).present())
          .forEach(
              key -> lines.add("  " + key + ": " + cache.entry(key).integer(0, Long.MAX_VALUE)));
    }
    for (String key : List.of("reconsider_late", "follow_links")) {
      if (block.entry(key).present()) {
        lines.add(key + ": " + block.entry(key).bool(false));
      }
    }
    for (String key : block.keys()) {
      if (!CONVERTED.contains(key) && !exports.contains(key)) {
        other(block.entry(key), key);
      }
    }
    return lines;
  }

  private void other(Node setting, String key) {
    if (!setting.present()) {
      return;
    }
    switch (key) {
      case "expected_new_traces_per_sec" ->
          losses.note(setting, "only allocates memory (left out)");
      case "use_tracestate" -> {
        if (!setting.bool(true)) {
          losses.fault(setting, "rules sample by the randomness of a trace (left out)");
        }
      }
      default -> losses.fault(setting, "no counterpart (left out)");
    }
  }

  private void policy(Node policy) {
    if (policy.entry("shadow").bool(false)) {
      losses.fault(policy.entry("shadow"), "a rule has no shadow (the policy is left out)");
      return;
    }
    if (policy.entry("expires_at").present()) {
      losses.fault(policy.entry("expires_at"), "left out (add it to the rule)");
    }
    String type = type(policy);
    if (!type.equals("drop")) {
      selection(policy).ifPresent(traces -> sampled.add(new Read(policy, traces)));
      return;
    }
    Node parts = policy.entry("drop").entry("drop_sub_policy");
    Optional<Selection> traces = all(parts);
    if (traces.isPresent() && !traces.get().isWhole()) {
      losses.fault(parts, "a rule drops all its traces or none (the policy is left out)");
    } else {
      traces.ifPresent(t -> dropped.add(new Read(policy, t)));
    }
  }

  private static String type(Node policy) {
    return policy.entry("type").string("");
  }

  private Optional<Selection> selection(Node policy) {
    String type = type(policy);
    Node settings = policy.entry(type);
    return switch (type) {
      case "always_sample" -> Optional.of(Selection.everything());
      case "probabilistic" -> probabilistic(settings);
      case "rate_limiting" -> rate(settings);
      case "and" -> all(settings.entry("and_sub_policy"));
      default -> conditions.read(type, settings);
    };
  }

  private Optional<Selection> probabilistic(Node settings) {
    if (settings.entry("hash_salt").present()) {
      losses.fault(
          settings.entry("hash_salt"), "rules sample by the randomness of a trace (left out)");
    }
    Optional<BigDecimal> share = Plain.positive(settings.entry("sampling_percentage"));
    if (share.isEmpty()) {
      losses.note(settings, "samples no trace (left out)");
    }
    return share.map(Selection::share);
  }

  private Optional<Selection> rate(Node settings) {
    for (String key : List.of("burst_capacity", "group_by", "overrides", "max_groups")) {
      if (settings.entry(key).present()) {
        losses.fault(settings.entry(key), "no counterpart (left out)");
      }
    }
    long rate = settings.entry("spans_per_second").integer(0, Long.MAX_VALUE, 0);
    if (rate == 0) {
      losses.note(settings, "samples no trace (left out)");
      return Optional.empty();
    }
    losses.note(
        settings.entry("spans_per_second"),
        "the rate of each Collector; goal_throughput of Tailrace is for the fleet");
    return Optional.of(Selection.rate(rate));
  }

  /** Returns the traces that all sub-policies sample. Reads all of them to report all faults. */
  private Optional<Selection> all(Node list) {
    Optional<Selection> all = Optional.of(Selection.everything());
    for (Node part : list.list()) {
      Optional<Selection> next = selection(part);
      if (all.isPresent() && next.isPresent() && !all.get().fits(next.get())) {
        losses.fault(part, "a rule has one sampler (the policy is left out)");
        all = Optional.empty();
      }
      if (all.isPresent() && next.isPresent() && all.get().casesWith(next.get()) > MAX_RULES) {
        losses.fault(
            part,
            "more than " + MAX_RULES + " combinations of conditions (the policy is left out)");
        all = Optional.empty();
      }
      all = all.flatMap(a -> next.map(a::and));
    }
    return all;
  }

  private void write() {
    dropped.forEach(read -> add(read, List.of("type: drop")));
    dropped.forEach(
        read ->
            losses.note(
                read.policy, "type: drop is a sampler of Tailrace, the Collector has none"));
    Optional<Read> rest = rest();
    sampled.stream()
        .filter(read -> !read.traces.isCatchAll() && !isCovered(read, rest))
        .sorted(
            Comparator.comparing((Read read) -> read.traces.isLimited())
                .thenComparing(Read::share, Comparator.reverseOrder()))
        .forEach(read -> addBefore(read, rest));
    rest.ifPresent(read -> add(read, read.traces.sampler()));
    if (rules.isEmpty()) {
      rules.add(new Rule("default", "no policy has a counterpart", List.of(), false, Rule.KEEP));
    }
    if (rules.stream().anyMatch(rule -> rule.sampler().contains("  - root.service"))) {
      losses.notes.add(
          "root.service and root.name are selectors of Tailrace, not of the Collector");
    }
  }

  /** Returns the policy that becomes the rule for all other traces: the greatest share. */
  private Optional<Read> rest() {
    List<Read> all = sampled.stream().filter(read -> read.traces.isCatchAll()).toList();
    Optional<Read> rest =
        all.stream()
            .min(
                Comparator.comparing((Read read) -> read.traces.isLimited())
                    .thenComparing(Read::share, Comparator.reverseOrder()));
    for (Read other : all) {
      if (!other.equals(rest.orElseThrow())) {
        String instead = " (left out, " + rest.get().policy.path() + " decides all other traces)";
        if (other.traces.isLimited() && !rest.get().traces.isWhole()) {
          losses.fault(other.policy, "no rule follows the one for all traces" + instead);
        } else {
          losses.note(other.policy, "samples no other traces" + instead);
        }
      }
    }
    return rest;
  }

  /** Returns whether the rule for all other traces samples as many of these or more. */
  private boolean isCovered(Read read, Optional<Read> rest) {
    boolean covered =
        rest.filter(r -> !r.traces.isLimited())
            .filter(
                r ->
                    r.traces.isWhole()
                        || (!read.traces.isLimited() && read.share().compareTo(r.share()) <= 0))
            .isPresent();
    if (covered && !read.traces.isWhole()) {
      losses.note(
          read.policy,
          "samples no more than " + rest.orElseThrow().policy.path() + " does (left out)");
    }
    return covered && !read.traces.isWhole();
  }

  private void addBefore(Read read, Optional<Read> rest) {
    if (read.traces.isLimited() && read.traces.cases().size() > 1) {
      losses.fault(read.policy, "several conditions (each has a rule and a goal of its own)");
    }
    if (read.traces.isLimited() && rest.isPresent()) {
      losses.fault(
          read.policy,
          rest.get().policy.path() + " samples more of these traces (the rule alone decides them)");
    }
    add(read, read.traces.sampler());
  }

  private void add(Read read, List<String> sampler) {
    String type = type(read.policy);
    String name = read.policy.entry("name").string(type);
    String comment = read.policy.path() + " (" + type + "), line " + read.policy.line();
    for (List<String> conditions : read.traces.cases()) {
      rules.add(new Rule(name, comment, conditions, false, sampler));
    }
  }
}
