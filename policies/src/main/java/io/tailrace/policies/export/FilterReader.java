package io.tailrace.policies.export;

import com.google.re2j.Pattern;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.Condition;
import io.tailrace.policies.ottl.ConditionContext;
import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.RegexCompiler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads blocks of the Collector's {@code filter} processor. Reads one document. */
public final class FilterReader {
  private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern EVENT_PATH = Pattern.compile("\\bspanevent\\.");

  /** All have the same effect: a condition that fails is not met. */
  private static final Map<String, Boolean> ERROR_MODES = new LinkedHashMap<>();

  static {
    ERROR_MODES.put("propagate", true);
    ERROR_MODES.put("ignore", true);
    ERROR_MODES.put("silent", true);
  }

  private static final Map<String, ConditionContext> CONTEXTS = new LinkedHashMap<>();

  static {
    CONTEXTS.put("span", ConditionContext.SPAN);
    CONTEXTS.put("spanevent", ConditionContext.SPAN_EVENT);
  }

  /** Keys for other signals, which are ignored. */
  private static final List<String> OTHER_SIGNALS =
      List.of(
          "metrics",
          "logs",
          "profiles",
          "metric_conditions",
          "log_conditions",
          "profile_conditions");

  private final RegexCompiler regexes = new RegexCompiler();

  /** Conditions of a block. */
  private static final class Conditions {
    final List<Condition> span = new ArrayList<>();
    final List<Condition> events = new ArrayList<>();

    void add(ConditionContext about, List<Condition> conditions) {
      (about == ConditionContext.SPAN ? span : events).addAll(conditions);
    }
  }

  /**
   * Reads a block.
   *
   * @param name key of the block in its document
   * @return empty after some faults
   */
  public Optional<SpanFilter> read(String name, Node block) {
    return block.mapping(settings -> read(name, settings));
  }

  private SpanFilter read(String name, MappingReader settings) {
    readErrorMode(settings);
    boolean allowsRoots = settings.get("allow_roots").bool(false);
    OTHER_SIGNALS.forEach(settings::get);
    Node spans = settings.get("spans");
    if (spans.present()) {
      spans.fault("absent: conditions of traces.span take its place");
    }
    Conditions conditions = new Conditions();
    Node traces = settings.get("traces");
    Node list = settings.get("trace_conditions");
    if (traces.present() && list.present()) {
      list.fault("absent, as " + traces.path() + " is present");
    }
    traces.mapping(contexts -> readContexts(contexts, conditions));
    readList(list, conditions);
    return new SpanFilter(name, conditions.span, conditions.events, allowsRoots);
  }

  private Conditions readContexts(MappingReader contexts, Conditions to) {
    CONTEXTS.forEach(
        (key, about) -> to.add(about, ConditionReader.all(contexts.get(key), about, regexes)));
    Node resource = contexts.get("resource");
    if (resource.present()) {
      resource.fault("absent: a condition on resource.attributes in span takes its place");
    }
    return to;
  }

  /** Reads conditions, or groups of conditions with a context. */
  private void readList(Node list, Conditions to) {
    for (Node item : list.texts()) {
      if (item.isMapping()) {
        item.mapping(group -> readGroup(group, to));
      } else {
        ConditionContext about = context(item.string(""));
        ConditionReader.one(item, about, regexes)
            .ifPresent(condition -> to.add(about, List.of(condition)));
      }
    }
  }

  private Conditions readGroup(MappingReader group, Conditions to) {
    readErrorMode(group);
    Node context = group.get("context");
    Node conditions = group.get("conditions");
    context
        .oneOfInAnyCase(CONTEXTS)
        .ifPresent(about -> to.add(about, ConditionReader.all(conditions, about, regexes)));
    return to;
  }

  private static void readErrorMode(MappingReader settings) {
    Node mode = settings.get("error_mode");
    if (mode.present()) {
      mode.oneOfInAnyCase(ERROR_MODES);
    }
  }

  /** Returns the context of a condition without one: that of its paths, not of its literals. */
  private static ConditionContext context(String condition) {
    return EVENT_PATH.matcher(LITERAL.matcher(condition).replaceAll("")).find()
        ? ConditionContext.SPAN_EVENT
        : ConditionContext.SPAN;
  }
}
