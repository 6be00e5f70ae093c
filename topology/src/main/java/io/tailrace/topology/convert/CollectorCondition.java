package io.tailrace.topology.convert;

import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Converts {@code tail_sampling} policies about the content of a trace to OTTL conditions. */
final class CollectorCondition {
  private static final int MAX_CHARS = 10_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MAX_MILLIS = Long.MAX_VALUE / NANOS_PER_MILLI - 1;
  private static final String LEFT_OUT = " (the policy is left out)";

  private final Losses losses;

  CollectorCondition(Losses losses) {
    this.losses = losses;
  }

  /**
   * Returns the traces that the policy samples. Empty, with a fault, if conditions on one span
   * cannot express them.
   *
   * @param type a type of policy
   * @param settings its settings
   */
  Optional<Selection> read(String type, Node settings) {
    if (settings.entry("invert_match").bool(false)) {
      return fault(
          settings.entry("invert_match"), "a condition sees one span, not the absence of a span");
    }
    return switch (type) {
      case "status_code" -> one(settings, status(settings));
      case "string_attribute" -> string(settings);
      case "numeric_attribute" -> one(settings, numeric(settings));
      case "boolean_attribute" -> {
        boolean wanted = settings.entry("value").bool(false);
        yield one(settings, attribute(settings, x -> x + " == " + wanted));
      }
      case "latency" -> one(settings, latency(settings));
      case "ottl_condition" -> ottl(settings);
      case "trace_state" -> traceState(settings);
      case "trace_flags" ->
          // OTTL has no bitwise operators.
          one(settings, "span.flags - (span.flags / 2) * 2 == 1");
      case "span_count" -> fault(settings, "a condition does not see the number of spans");
      case "not" -> fault(settings, "a condition sees one span, not the absence of a span");
      case "composite" -> fault(settings, "rules do not share a budget");
      case "drop" -> fault(settings, "drops within another policy");
      case "bytes_limiting" -> fault(settings, "goals are in spans per second, not in bytes");
      case "adaptive_percentage", "adaptive_throughput" ->
          fault(settings, "copy these settings to the sampler of a rule");
      default -> fault(settings, "no rule has the meaning of " + type);
    };
  }

  private Optional<Selection> fault(Node at, String why) {
    losses.fault(at, why + LEFT_OUT);
    return Optional.empty();
  }

  private Optional<Selection> one(Node settings, String condition) {
    return all(settings, List.of(condition));
  }

  private Optional<Selection> all(Node settings, List<String> alternatives) {
    return alternatives.stream().anyMatch(condition -> condition.length() > MAX_CHARS)
        ? fault(settings, "a condition of more than " + MAX_CHARS + " characters")
        : Optional.of(Selection.of(alternatives));
  }

  private static String status(Node settings) {
    return Ottl.any(
        settings.entry("status_codes").texts().stream()
            .map(code -> "span.status.code == STATUS_CODE_" + code.string(""))
            .distinct()
            .toList());
  }

  /** Policies test span attributes and resource attributes alike. */
  private static String attribute(Node settings, UnaryOperator<String> test) {
    String key = ".attributes[" + Ottl.quoted(settings.entry("key").string("")) + "]";
    return Ottl.any(List.of(test.apply("span" + key), test.apply("resource" + key)));
  }

  private Optional<Selection> string(Node settings) {
    List<String> values = texts(settings);
    if (values.isEmpty()) {
      return never(settings);
    }
    boolean regex = settings.entry("enabled_regex_matching").bool(false);
    return one(
        settings,
        attribute(settings, x -> regex ? matches(x, values) : Ottl.any(equal(x, values))));
  }

  private static List<String> equal(String x, List<String> values) {
    return values.stream().map(value -> x + " == " + Ottl.quoted(value)).toList();
  }

  /** {@code IsMatch} also converts other types to text. Empty texts never match a policy. */
  private static String matches(String x, List<String> values) {
    return Ottl.all(
        List.of(
            "IsString(" + x + ")",
            x + " != \"\"",
            Ottl.any(
                values.stream()
                    .map(value -> "IsMatch(" + x + ", " + Ottl.quoted(value) + ")")
                    .toList())));
  }

  /** Empty values never match. */
  private static List<String> texts(Node settings) {
    return settings.entry("values").texts().stream()
        .map(value -> value.string(""))
        .filter(value -> !value.isEmpty())
        .distinct()
        .toList();
  }

  private Optional<Selection> never(Node settings) {
    losses.note(settings, "samples no trace (left out)");
    return Optional.empty();
  }

  private static String numeric(Node settings) {
    Node min = settings.entry("min_value");
    Node max = settings.entry("max_value");
    return attribute(
        settings,
        x -> {
          List<String> all = new ArrayList<>(List.of("(IsInt(" + x + ") or IsDouble(" + x + "))"));
          if (min.present()) {
            all.add(x + " >= " + min.plain());
          }
          if (max.present()) {
            all.add(x + " <= " + max.plain());
          }
          return String.join(" and ", all);
        });
  }

  /** Bounds are in whole milliseconds: above the first, up to and including the second. */
  private String latency(Node settings) {
    long above = settings.entry("threshold_ms").integer(0, Long.MAX_VALUE, 0);
    long upTo = settings.entry("upper_threshold_ms").integer(0, Long.MAX_VALUE, 0);
    losses.note(
        settings,
        "is about the first start and the last end of a trace; the condition is about its root"
            + " span, so it does not see a trace without one, and spans outside of it");
    List<String> all = new ArrayList<>(List.of("IsRootSpan()"));
    all.add(Source.DURATION + " >= " + nanos(above));
    if (upTo > 0) {
      all.add(Source.DURATION + " < " + nanos(upTo));
    }
    return Ottl.all(all);
  }

  private static long nanos(long wholeMillis) {
    return (Math.min(wholeMillis, MAX_MILLIS) + 1) * NANOS_PER_MILLI;
  }

  /** A failed condition must not hide the others, so each is an alternative of its own. */
  private Optional<Selection> ottl(Node settings) {
    List<String> conditions =
        settings.entry("span").texts().stream()
            .map(condition -> OttlPaths.withContext(condition.string("").strip()))
            .distinct()
            .toList();
    Node events = settings.entry("spanevent");
    if (!events.texts().isEmpty()) {
      losses.fault(
          events,
          "a condition of a rule sees spans, not their events"
              + (conditions.isEmpty() ? LEFT_OUT : " (the conditions on events are left out)"));
    }
    if (settings.entry("error_mode").string("").equals("propagate")) {
      losses.note(
          settings.entry("error_mode"),
          "a condition of a rule that fails is not met, as with ignore");
    }
    return conditions.isEmpty() ? Optional.empty() : all(settings, conditions);
  }

  private Optional<Selection> traceState(Node settings) {
    String member = "span.trace_state[" + Ottl.quoted(settings.entry("key").string("")) + "]";
    List<String> values = texts(settings);
    return values.isEmpty() ? never(settings) : one(settings, Ottl.any(equal(member, values)));
  }
}
