package io.tailrace.topology.convert;

import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts policies on the content of a trace to OTTL conditions on its spans. */
final class CollectorContent {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Map<String, String> STATUS =
      Map.of("OK", "STATUS_CODE_OK", "ERROR", "STATUS_CODE_ERROR", "UNSET", "STATUS_CODE_UNSET");

  private final Losses losses;

  CollectorContent(Losses losses) {
    this.losses = losses;
  }

  static boolean isKind(String type) {
    return switch (type) {
      case "status_code",
          "latency",
          "string_attribute",
          "numeric_attribute",
          "boolean_attribute",
          "trace_state",
          "ottl_condition" ->
          true;
      default -> false;
    };
  }

  /**
   * Returns conditions of which a span of the trace meets one.
   *
   * @param settings settings of the policy, which the reader of policies accepts
   * @throws IllegalArgumentException with the reason if rules cannot express the policy
   */
  List<String> conditions(String type, Node settings) {
    if (Plain.isTrue(settings.entry("invert_match"))) {
      throw new IllegalArgumentException("invert_match: no span may match, but rules find spans");
    }
    return switch (type) {
      case "status_code" -> List.of(status(settings));
      case "latency" -> List.of(latency(settings));
      case "string_attribute" -> List.of(text(settings));
      case "numeric_attribute" -> List.of(number(settings));
      case "boolean_attribute" ->
          List.of(attribute(settings, "%s == " + Plain.isTrue(settings.entry("value"))));
      case "trace_state" -> List.of(traceState(settings));
      case "ottl_condition" -> ottl(settings);
      default -> throw new IllegalArgumentException(type + " has no counterpart");
    };
  }

  private static String status(Node settings) {
    return Ottl.any(
        settings.entry("status_codes").texts().stream()
            .map(code -> "span.status.code == " + STATUS.get(code.string()))
            .toList());
  }

  private String latency(Node settings) {
    long above = settings.entry("threshold_ms").integer(0, Long.MAX_VALUE, 0);
    long upTo = settings.entry("upper_threshold_ms").integer(0, Long.MAX_VALUE, 0);
    losses.note(
        settings,
        "tests the duration of the root span; the policy tests the time from the first start to the"
            + " last end of all spans");
    List<String> parts = new ArrayList<>(List.of("IsRootSpan()"));
    parts.add(Source.DURATION + " >= " + (above + 1) * NANOS_PER_MILLI);
    if (upTo > 0) {
      parts.add(Source.DURATION + " < " + (upTo + 1) * NANOS_PER_MILLI);
    }
    return String.join(" and ", parts);
  }

  private String text(Node settings) {
    if (settings.entry("cache_max_size").present()) {
      losses.note(settings.entry("cache_max_size"), "not needed");
    }
    List<String> values = texts(settings.entry("values"));
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values: no text, so no trace matches");
    }
    boolean isRegex = Plain.isTrue(settings.entry("enabled_regex_matching"));
    String any =
        Ottl.any(
            values.stream()
                .map(Ottl::quoted)
                .map(v -> isRegex ? "IsMatch(%1$s, " + escaped(v) + ")" : "%1$s == " + escaped(v))
                .toList());
    return attribute(settings, isRegex ? "IsString(%1$s) and (" + any + ")" : any);
  }

  /** Escapes a text for {@link String#format}. */
  private static String escaped(String text) {
    return text.replace("%", "%%");
  }

  private static String number(Node settings) {
    List<String> parts = new ArrayList<>(List.of("(IsInt(%1$s) or IsDouble(%1$s))"));
    Plain.text(settings.entry("min_value")).ifPresent(min -> parts.add("%1$s >= " + min));
    Plain.text(settings.entry("max_value")).ifPresent(max -> parts.add("%1$s <= " + max));
    return attribute(settings, String.join(" and ", parts));
  }

  /** Returns a condition on a resource or span attribute. */
  private static String attribute(Node settings, String test) {
    String key = "attributes[" + Ottl.quoted(unescaped(settings.entry("key").string())) + "]";
    return "(%s) or (%s)"
        .formatted(test.formatted("span." + key), test.formatted("resource." + key));
  }

  private static String traceState(Node settings) {
    String member =
        "span.trace_state[" + Ottl.quoted(unescaped(settings.entry("key").string())) + "]";
    return Ottl.any(
        texts(settings.entry("values")).stream()
            .map(value -> member + " == " + Ottl.quoted(value))
            .toList());
  }

  private List<String> ottl(Node settings) {
    if (!settings.entry("spanevent").texts().isEmpty()) {
      throw new IllegalArgumentException("spanevent: rules have no conditions on events");
    }
    Plain.text(settings.entry("error_mode"))
        .filter(mode -> mode.equalsIgnoreCase("propagate"))
        .ifPresent(
            mode ->
                losses.fault(
                    settings.entry("error_mode"),
                    "a condition that fails is not met (as with ignore)"));
    return texts(settings.entry("span")).stream().map(OttlPaths::withContext).toList();
  }

  static List<String> texts(Node list) {
    return list.texts().stream()
        .map(Node::text)
        .filter(text -> !text.isEmpty())
        .map(CollectorContent::unescaped)
        .toList();
  }

  /** The Collector reads two dollar signs as one. */
  private static String unescaped(String text) {
    return text.replace("$$", "$");
  }
}
