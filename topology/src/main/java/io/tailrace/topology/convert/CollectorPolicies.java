package io.tailrace.topology.convert;

import io.tailrace.policies.PolicyDocument;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Proposes rules that adapt their rates for a {@code tail_sampling} block with policies such as
 * errors, slow traces and a percentage. Not thread-safe.
 */
public final class CollectorPolicies {
  private static final Set<String> SETTINGS =
      Set.of(
          "policies",
          "decision_wait",
          "decision_wait_after_root_received",
          "num_traces",
          "decision_cache",
          "root_span_condition",
          "sample_on_first_match");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final Losses losses = new Losses();
  private final CollectorContent contents = new CollectorContent(losses);
  private final List<Rule> drops = new ArrayList<>();
  private final List<Rule> keeps = new ArrayList<>();
  private final List<Rule> shares = new ArrayList<>();
  private final List<Rule> others = new ArrayList<>();

  private CollectorPolicies() {}

  /**
   * Converts a document.
   *
   * @param yaml content of the file; any text
   * @return the document, or the faults of a text that is not a valid {@code tail_sampling}
   *     document
   */
  public static Validation<Seq<Fault>, Converted> convert(String yaml) {
    return PolicySet.parse(yaml)
        .flatMap(valid -> Document.read(yaml, root -> new CollectorPolicies().document(root)));
  }

  private Converted document(Node root) {
    Optional<Node> block = PolicyDocument.policies(root);
    if (block.isEmpty()) {
      return root.fault("a tail_sampling block with policies", null);
    }
    losses.unknownKeys(block.get(), SETTINGS);
    if (block.get().refersToEnvironment()) {
      losses.fault(block.get(), "has references to the environment (expected: values)");
    }
    block.get().entry("policies").list().forEach(this::policy);
    List<Rule> rules = new ArrayList<>(drops);
    rules.addAll(keeps);
    rules.addAll(shares);
    rules.addAll(others);
    if (rules.stream().anyMatch(rule -> rule.sampler().size() > 1)) {
      losses.note(
          block.get().entry("policies"),
          "root.service and root.name are selectors of Tailrace; the Collector has"
              + " resource.attributes[\"service.name\"] and attributes of spans");
    }
    String text =
        RuleWriter.write(
            List.of(
                "Proposed for a tail_sampling block. The first rule that matches a trace decides.",
                "Traces that no rule matches are not sampled."),
            settings(block.get()),
            rules);
    return new Converted(text, losses.faults, losses.notes);
  }

  private List<String> settings(Node block) {
    List<String> lines = new ArrayList<>();
    lines.add("trace_timeout: " + Plain.text(block.entry("decision_wait")).orElse("30s"));
    Node afterRoot = block.entry("decision_wait_after_root_received");
    if (afterRoot.present()) {
      lines.add("decision_delay: " + Plain.text(afterRoot).orElse("2s"));
    } else {
      losses.note(
          block,
          "rules decide decision_delay (2s) after the root span; without"
              + " decision_wait_after_root_received, policies wait for decision_wait");
    }
    copy(block.entry("num_traces"), "num_traces", lines);
    copy(block.entry("root_span_condition"), "root_span_condition", lines);
    Node caches = block.entry("decision_cache");
    if (caches.present()) {
      lines.add("decision_cache: " + caches.inOneLine());
    }
    return lines;
  }

  private static void copy(Node node, String key, List<String> lines) {
    Plain.text(node)
        .ifPresent(
            text ->
                lines.add(
                    key + ": " + (node.plain() instanceof String ? Yaml.quoted(text) : text)));
  }

  private void policy(Node policy) {
    String type = policy.entry("type").string();
    try {
      switch (type) {
        case "and" -> and(policy);
        case "drop" -> drop(policy);
        default -> {
          if (CollectorContent.isKind(type)) {
            content(policy, type);
          } else {
            others(policy, sampler(policy, type));
          }
        }
      }
    } catch (IllegalArgumentException e) {
      losses.fault(policy, e.getMessage() + " (the policy is left out)");
    }
  }

  private void content(Node policy, String type) {
    contents
        .conditions(type, policy.entry(type))
        .forEach(condition -> keeps.add(rule(policy, List.of(condition), Rule.KEEP)));
  }

  private void and(Node policy) {
    Combined all = combined(policy.entry("and").entry("and_sub_policy"));
    List<String> sampler = all.sampler().orElse(Rule.KEEP);
    if (all.conditions().isEmpty()) {
      others(policy, sampler);
    } else if (sampler.equals(Rule.KEEP)) {
      keeps.add(rule(policy, all.conditions(), sampler));
    } else if (!sampler.isEmpty()) {
      losses.note(
          policy, "decides alone on its traces; no later rule samples those that it does not");
      shares.add(rule(policy, all.conditions(), sampler));
    }
  }

  private void drop(Node policy) {
    Combined all = combined(policy.entry("drop").entry("drop_sub_policy"));
    if (all.sampler().isPresent()) {
      throw new IllegalArgumentException("drop of a share of traces has no counterpart");
    }
    losses.note(policy, "type: drop is Tailrace's, the Collector has none");
    drops.add(rule(policy, all.conditions(), List.of("type: drop")));
  }

  /**
   * Sub-policies of which all must sample a trace.
   *
   * @param sampler sampler of the one sub-policy that is none on content
   */
  private record Combined(List<String> conditions, Optional<List<String>> sampler) {}

  private Combined combined(Node policies) {
    List<String> conditions = new ArrayList<>();
    Optional<List<String>> sampler = Optional.empty();
    for (Node sub : policies.list()) {
      String type = sub.entry("type").string();
      if (CollectorContent.isKind(type)) {
        conditions.add(Ottl.any(contents.conditions(type, sub.entry(type))));
      } else if (sampler.isEmpty()) {
        sampler = Optional.of(sampler(sub, type));
      } else {
        throw new IllegalArgumentException("a rule has one sampler");
      }
    }
    return new Combined(conditions, sampler);
  }

  private static Rule rule(Node policy, List<String> conditions, List<String> sampler) {
    return new Rule(
        policy.entry("name").string(),
        policy.path() + ", line " + policy.line(),
        conditions,
        false,
        sampler);
  }

  /** Adds the rule for all other traces. There can be one. */
  private void others(Node policy, List<String> sampler) {
    if (sampler.isEmpty()) {
      losses.note(policy, "samples no trace (left out)");
    } else if (others.isEmpty()) {
      others.add(rule(policy, List.of(), sampler));
    } else {
      throw new IllegalArgumentException(
          "only one rule can apply to all other traces, and %s does"
              .formatted(others.get(0).name()));
    }
  }

  /** Returns the lines of a sampler; empty if it samples nothing. */
  private List<String> sampler(Node policy, String type) {
    Node settings = policy.entry(type);
    return switch (type) {
      case "always_sample" -> Rule.KEEP;
      case "probabilistic" -> percentage(settings);
      case "rate_limiting" -> throughput(settings);
      default -> throw new IllegalArgumentException(type + " has no counterpart");
    };
  }

  private List<String> percentage(Node settings) {
    losses.unknownKeys(settings, Set.of("sampling_percentage"));
    Optional<BigDecimal> percentage = Plain.positive(settings.entry("sampling_percentage"));
    if (percentage.isEmpty()) {
      return List.of();
    }
    return percentage.get().compareTo(HUNDRED) >= 0
        ? Rule.KEEP
        : byOperation("adaptive_percentage", "goal_percentage", percentage.get());
  }

  private List<String> throughput(Node settings) {
    losses.unknownKeys(settings, Set.of("spans_per_second"));
    return Plain.positive(settings.entry("spans_per_second"))
        .map(goal -> byOperation("adaptive_throughput", "goal_throughput", goal))
        .orElse(List.of());
  }

  private static List<String> byOperation(String type, String key, BigDecimal goal) {
    return List.of(
        "type: " + type,
        key + ": " + goal.toPlainString(),
        "fingerprint_attributes:",
        "  - 'root.service'",
        "  - 'root.name'");
  }
}
