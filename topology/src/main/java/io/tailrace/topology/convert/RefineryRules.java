package io.tailrace.topology.convert;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the {@code rules.yaml} of Refinery 2 and 3. Not thread-safe. */
public final class RefineryRules {
  private static final String DEFAULT = "__default__";
  private static final Set<String> RULE =
      Set.of("Name", "SampleRate", "Drop", "Scope", "Conditions", "Sampler");

  private final Losses losses = new Losses();
  private final RefinerySampler samplers = new RefinerySampler(losses);
  private final List<Rule> rules = new ArrayList<>();
  private final boolean byDataset;

  private RefineryRules(boolean byDataset) {
    this.byDataset = byDataset;
  }

  /**
   * Converts a file.
   *
   * @param yaml content of the file; any text
   * @param byDataset whether {@code Samplers} has names of datasets (service names) instead of
   *     environments
   * @return the document, or the faults of a text that is not such a file
   */
  public static Validation<Seq<Fault>, Converted> convert(String yaml, boolean byDataset) {
    return Document.read(yaml, root -> new RefineryRules(byDataset).document(root));
  }

  private @Nullable Converted document(Node root) {
    Node all = root.entry("Samplers");
    if (!root.isMapping() || !all.isMapping()) {
      all.fault("a mapping of samplers by environment or dataset");
      return null;
    }
    losses.unknownKeys(root, Set.of("RulesVersion", "Samplers"));
    Node version = root.entry("RulesVersion");
    if (!Long.valueOf(2).equals(version.plain())) {
      losses.fault(version, version.shown() + " (expected: 2; the file is read as version 2)");
    }
    all.keys().stream()
        .filter(name -> !name.equals(DEFAULT))
        .forEach(name -> choice(name, all.entry(name), guard(name)));
    if (all.keys().contains(DEFAULT)) {
      choice("default", all.entry(DEFAULT), "");
    } else {
      rules.add(new Rule("default", "no " + DEFAULT, List.of(), false, Rule.KEEP));
    }
    String text =
        RuleWriter.write(
            List.of(
                "Converted from Refinery. Samplers are chosen by "
                    + (byDataset ? "dataset (service.name)." : "environment."),
                "trace_timeout and decision_delay: TraceTimeout and SendDelay of Refinery's"
                    + " config.yaml, here its defaults."),
            List.of("trace_timeout: 60s", "decision_delay: 2s"),
            rules);
    return new Converted(text, losses.faults, losses.notes);
  }

  private String guard(String name) {
    String value = " == " + Ottl.quoted(name);
    String environment = "resource.attributes[\"deployment.environment";
    return byDataset
        ? "resource.attributes[\"service.name\"]" + value
        : environment + ".name\"]" + value + " or " + environment + "\"]" + value;
  }

  private void choice(String name, Node choice, String guard) {
    if (choice.keys().size() != 1) {
      losses.fault(choice, choice.shown() + " (expected: one sampler; all traces are kept)");
      add(name, choice, guard, Rule.KEEP);
      return;
    }
    String kind = choice.keys().get(0);
    Node sampler = choice.entry(kind);
    if (kind.equals("RulesBasedSampler")) {
      rulesBased(name, sampler, guard);
    } else {
      add(name, sampler, guard, sampler(kind, sampler));
    }
  }

  private List<String> sampler(String kind, Node node) {
    if (RefinerySampler.isKind(kind)) {
      return samplers.convert(kind, node);
    }
    losses.fault(node, "unknown sampler (all traces are kept)");
    return Rule.KEEP;
  }

  private void add(String name, Node from, String guard, List<String> sampler) {
    rules.add(new Rule(name, comment(from), guarded(guard, List.of()), false, sampler));
  }

  private static String comment(Node from) {
    return from.path() + ", line " + from.line();
  }

  private static List<String> guarded(String guard, List<String> conditions) {
    List<String> all = new ArrayList<>();
    if (!guard.isEmpty()) {
      all.add(guard);
    }
    all.addAll(conditions);
    return all;
  }

  private void rulesBased(String name, Node sampler, String guard) {
    losses.unknownKeys(sampler, Set.of("Rules", "CheckNestedFields"));
    if (Plain.isTrue(sampler.entry("CheckNestedFields"))) {
      losses.fault(
          sampler.entry("CheckNestedFields"),
          "no counterpart (write the path: span.attributes[\"a\"][\"b\"])");
    }
    boolean complete = false;
    for (Node rule : Plain.list(sampler.entry("Rules"))) {
      if (complete) {
        losses.fault(rule, "never reached in Refinery (left out)");
      } else {
        complete = rule(name, rule, guard);
      }
    }
    if (!complete) {
      rules.add(
          new Rule(
              name + "/no rule matched",
              "Refinery keeps traces that no rule matches",
              guarded(guard, List.of()),
              false,
              Rule.KEEP));
    }
  }

  /** Returns whether the rule matches all traces of its environment. */
  private boolean rule(String environment, Node rule, String guard) {
    losses.unknownKeys(rule, RULE);
    List<Node> conditions = Plain.list(rule.entry("Conditions"));
    String scope = Plain.text(rule.entry("Scope")).orElse("trace");
    if (!scope.equals("span") && !scope.equals("trace")) {
      losses.fault(rule.entry("Scope"), scope + " (expected: span or trace; the rule is left out)");
      return false;
    }
    boolean sameSpan = scope.equals("span");
    List<String> ottl = new ArrayList<>();
    List<RefineryCondition> read = new ArrayList<>();
    for (Node node : conditions) {
      RefineryCondition condition = new RefineryCondition(node, losses);
      read.add(condition);
      try {
        ottl.add(condition.ottl());
      } catch (IllegalArgumentException e) {
        losses.fault(node, e.getMessage() + " (the rule is left out)");
        return false;
      }
    }
    long onRoot = read.stream().filter(RefineryCondition::onRoot).count();
    if (sameSpan && onRoot > 0 && onRoot < read.size()) {
      losses.fault(
          rule, "Scope span with conditions on the root and on other spans (the rule is left out)");
      return false;
    }
    String name = Plain.text(rule.entry("Name")).orElse("rule");
    List<String> sampler = ruleSampler(rule);
    rules.add(
        new Rule(environment + "/" + name, comment(rule), guarded(guard, ottl), sameSpan, sampler));
    return conditions.isEmpty();
  }

  private List<String> ruleSampler(Node rule) {
    Node downstream = rule.entry("Sampler");
    if (downstream.isMapping() && downstream.keys().size() == 1) {
      String kind = downstream.keys().get(0);
      return sampler(kind, downstream.entry(kind));
    }
    if (downstream.present()) {
      losses.fault(downstream, downstream.shown() + " (expected: one sampler)");
    }
    Node rate = rule.entry("SampleRate");
    if (Plain.isTrue(rule.entry("Drop"))
        || !rate.present()
        || Long.valueOf(0).equals(rate.plain())) {
      losses.note(rule, "drops all its traces: type: drop is Tailrace's, the Collector has none");
      return List.of("type: drop");
    }
    return samplers.rate(rate);
  }
}
