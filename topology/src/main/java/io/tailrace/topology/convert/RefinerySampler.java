package io.tailrace.topology.convert;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.policies.document.Node;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Converts samplers of Refinery that are not rules. */
final class RefinerySampler {
  private static final String SERVICE = "resource.attributes[\"service.name\"]";
  private static final Set<String> DYNAMIC =
      Set.of("SampleRate", "ClearFrequency", "FieldList", "MaxKeys", "UseTraceLength");
  private static final Set<String> EMA =
      Set.of(
          "GoalSampleRate",
          "AdjustmentInterval",
          "Weight",
          "AgeOutValue",
          "BurstMultiple",
          "BurstDetectionDelay",
          "FieldList",
          "MaxKeys",
          "UseTraceLength");
  private static final Set<String> EMA_THROUGHPUT =
      Set.of(
          "GoalThroughputPerSec",
          "UseClusterSize",
          "InitialSampleRate",
          "AdjustmentInterval",
          "Weight",
          "AgeOutValue",
          "BurstMultiple",
          "BurstDetectionDelay",
          "FieldList",
          "MaxKeys",
          "UseTraceLength");
  private static final Set<String> WINDOWED =
      Set.of(
          "UpdateFrequency",
          "LookbackFrequency",
          "GoalThroughputPerSec",
          "UseClusterSize",
          "FieldList",
          "MaxKeys",
          "UseTraceLength");
  private static final Set<String> TOTAL =
      Set.of(
          "GoalThroughputPerSec",
          "UseClusterSize",
          "ClearFrequency",
          "FieldList",
          "MaxKeys",
          "UseTraceLength");

  /** Settings of all samplers by kind. */
  private static final Map<String, Set<String>> KINDS =
      Map.of(
          "DeterministicSampler", Set.of("SampleRate"),
          "DynamicSampler", DYNAMIC,
          "EMADynamicSampler", EMA,
          "EMAThroughputSampler", EMA_THROUGHPUT,
          "WindowedThroughputSampler", WINDOWED,
          "TotalThroughputSampler", TOTAL);

  private final Losses losses;

  RefinerySampler(Losses losses) {
    this.losses = losses;
  }

  static boolean isKind(String kind) {
    return KINDS.containsKey(kind);
  }

  /** Returns the lines of the sampler; keeps all traces, with a fault, if it is unreadable. */
  List<String> convert(String kind, Node node) {
    losses.unknownKeys(node, KINDS.getOrDefault(kind, Set.of()));
    return switch (kind) {
      case "DeterministicSampler" -> rate(node.entry("SampleRate"));
      case "DynamicSampler" -> percentage(node, "SampleRate", "ClearFrequency");
      case "EMADynamicSampler" -> percentage(node, "GoalSampleRate", "AdjustmentInterval");
      case "WindowedThroughputSampler" -> windowed(node);
      case "EMAThroughputSampler" -> throughput(node, "AdjustmentInterval");
      default -> throughput(node, "ClearFrequency");
    };
  }

  /** Returns a sampler of one in N. */
  List<String> rate(Node rate) {
    BigDecimal n = atLeastOne(rate);
    return n.compareTo(BigDecimal.ONE) == 0
        ? Rule.KEEP
        : List.of("type: probabilistic", "sampling_percentage: " + Yaml.percentage(n));
  }

  private BigDecimal atLeastOne(Node rate) {
    BigDecimal n = Plain.positive(rate).orElse(BigDecimal.ZERO);
    if (n.compareTo(BigDecimal.ONE) >= 0) {
      return n;
    }
    losses.fault(rate, rate.shown() + " (expected: a number >= 1; all traces are kept)");
    return BigDecimal.ONE;
  }

  private List<String> percentage(Node node, String rate, String interval) {
    List<String> lines = new ArrayList<>();
    lines.add("type: adaptive_percentage");
    lines.add("goal_percentage: " + Yaml.percentage(atLeastOne(node.entry(rate))));
    common(node, lines);
    moving(node, interval, lines);
    return lines;
  }

  private List<String> throughput(Node node, String interval) {
    List<String> lines = goal(node);
    if (lines.isEmpty()) {
      return Rule.KEEP;
    }
    common(node, lines);
    moving(node, interval, lines);
    Node initial = node.entry("InitialSampleRate");
    if (initial.present()) {
      lines.add("initial_sampling_percentage: " + Yaml.percentage(atLeastOne(initial)));
      losses.note(
          initial, "initial_sampling_percentage is a setting of Tailrace, not of the Collector");
    }
    return lines;
  }

  private List<String> windowed(Node node) {
    List<String> lines = goal(node);
    if (lines.isEmpty()) {
      return Rule.KEEP;
    }
    lines.add(1, "algorithm: windowed");
    common(node, lines);
    duration(node.entry("UpdateFrequency"), "update_frequency", lines);
    duration(node.entry("LookbackFrequency"), "lookback_frequency", lines);
    return lines;
  }

  private List<String> goal(Node node) {
    Node goal = node.entry("GoalThroughputPerSec");
    BigDecimal perSecond = Plain.positive(goal).orElse(BigDecimal.ZERO);
    if (perSecond.signum() == 0 || perSecond.stripTrailingZeros().scale() > 0) {
      losses.fault(goal, goal.shown() + " (expected: an integer >= 1; all traces are kept)");
      return List.of();
    }
    if (!Plain.isTrue(node.entry("UseClusterSize"))) {
      losses.fault(
          goal,
          "a goal of each Refinery node (goal_throughput is for the fleet: multiply by the number"
              + " of nodes)");
    }
    List<String> lines = new ArrayList<>();
    lines.add("type: adaptive_throughput");
    lines.add("goal_throughput: " + perSecond.toBigInteger());
    return lines;
  }

  private void common(Node node, List<String> lines) {
    lines.add("fingerprint_attributes:");
    fingerprint(node.entry("FieldList")).forEach(s -> lines.add("  - " + Yaml.quoted(s)));
    Node keys = node.entry("MaxKeys");
    if (keys.present()) {
      Plain.positive(keys)
          .ifPresentOrElse(
              max -> lines.add("max_keys: " + max.toBigInteger()),
              () -> losses.fault(keys, keys.shown() + " (left out: no limit)"));
    }
    if (Plain.isTrue(node.entry("UseTraceLength"))) {
      losses.fault(node.entry("UseTraceLength"), "a fingerprint has no number of spans (left out)");
    }
  }

  private void moving(Node node, String interval, List<String> lines) {
    duration(node.entry(interval), "adjustment_interval", lines);
    Node weight = node.entry("Weight");
    if (weight.present()) {
      Plain.positive(weight)
          .filter(w -> w.compareTo(BigDecimal.ONE) < 0)
          .ifPresentOrElse(
              w -> lines.add("weight: " + w.toPlainString()),
              () -> losses.fault(weight, weight.shown() + " (expected: in (0,1); 0.5 is used)"));
    }
    for (String key : List.of("AgeOutValue", "BurstMultiple", "BurstDetectionDelay")) {
      if (node.entry(key).present()) {
        losses.fault(
            node.entry(key), "no counterpart (adjustment_interval and weight alone adapt rates)");
      }
    }
  }

  /** A Go duration. A number is seconds. */
  private void duration(Node node, String setting, List<String> lines) {
    if (!node.present()) {
      return;
    }
    String text = Plain.text(node).orElse("");
    String duration = node.plain() instanceof Number ? text + "s" : text;
    if (GoDuration.parse(duration).filter(d -> !d.isNegative() && !d.isZero()).isPresent()) {
      lines.add(setting + ": " + duration);
    } else {
      losses.fault(node, node.shown() + " (expected: a duration > 0s; the default is used)");
    }
  }

  private Set<String> fingerprint(Node fields) {
    Set<String> selectors = new LinkedHashSet<>();
    for (Node field : Plain.list(fields)) {
      String name = String.valueOf(field.plain());
      String selector = selector(name);
      if (selector.isEmpty()) {
        losses.fault(field, name + " is not an attribute in OTLP (left out of the fingerprint)");
      } else {
        selectors.add(selector);
        if (selector.equals("root.name")) {
          losses.note(field, "root.name is a selector of Tailrace, not of the Collector");
        }
      }
    }
    if (selectors.isEmpty()) {
      losses.fault(fields, "no usable field (" + SERVICE + " is used)");
      selectors.add(SERVICE);
    }
    return selectors;
  }

  private static String selector(String field) {
    boolean root = field.startsWith("root.");
    String name = root ? field.substring("root.".length()) : field;
    if (root && name.equals("name")) {
      return "root.name";
    }
    if (!root && (name.equals("service.name") || name.equals("service_name"))) {
      return SERVICE;
    }
    boolean attribute =
        !name.startsWith("meta.")
            && !name.startsWith("?.")
            && Source.of(name).size() == 2
            && !name.equals("error");
    return attribute ? (root ? "root" : "any") + ".attributes[" + Ottl.quoted(name) + "]" : "";
  }
}
