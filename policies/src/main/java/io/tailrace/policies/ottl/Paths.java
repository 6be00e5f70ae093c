package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.Expr;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Part;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.SpanView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Registry of all paths by full name. Paths of attributes and trace state accept keys. */
final class Paths {
  static final Map<String, Function<Frame, AttributesView>> ATTRIBUTES =
      Map.of(
          "span.attributes", frame -> frame.span().attributes(),
          "spanevent.attributes", frame -> frame.event().attributes(),
          "resource.attributes", frame -> frame.span().resource().attributes(),
          "scope.attributes", frame -> frame.span().scope().attributes());

  static final Map<String, Expr.Field> FIELDS = fields();

  static final String TRACE_STATE = "span.trace_state";

  /** Prefixes of paths, mapped to their spelling in full names. */
  static final Map<String, String> CONTEXTS =
      Map.of(
          "span", "span",
          "spanevent", "spanevent",
          "resource", "resource",
          "scope", "scope",
          "instrumentation_scope", "scope");

  /** Names of span kinds by number. */
  private static final List<String> KINDS =
      List.of("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer");

  private Paths() {}

  static Set<String> names() {
    return FIELDS.keySet();
  }

  private static Map<String, Expr.Field> fields() {
    Map<String, Expr.Field> all = new LinkedHashMap<>();
    addSpan(all);
    addEvent(all);
    ATTRIBUTES.forEach((name, view) -> add(all, name, Type.MAP, f -> view.apply(f).toMap()));
    add(
        all,
        "resource.dropped_attributes_count",
        Type.INT,
        f -> f.span().resource().droppedAttributesCount());
    add(all, "resource.schema_url", Type.STRING, f -> f.span().resource().schemaUrl());
    add(all, "scope.name", Type.STRING, f -> f.span().scope().name());
    add(all, "scope.version", Type.STRING, f -> f.span().scope().version());
    add(
        all,
        "scope.dropped_attributes_count",
        Type.INT,
        f -> f.span().scope().droppedAttributesCount());
    add(all, "scope.schema_url", Type.STRING, f -> f.span().scope().schemaUrl());
    return all;
  }

  private static void addSpan(Map<String, Expr.Field> all) {
    id(all, "span.trace_id", f -> Id.of(f.span().traceId(), Id.TRACE_BYTES));
    id(all, "span.span_id", f -> Id.of(f.span().spanId(), Id.SPAN_BYTES));
    id(all, "span.parent_span_id", f -> Id.of(f.span().parentSpanId(), Id.SPAN_BYTES));
    add(all, TRACE_STATE, Type.STRING, f -> f.span().traceState());
    add(all, "span.name", Type.STRING, f -> f.span().name());
    add(all, "span.kind", Type.INT, f -> (long) f.span().kind());
    add(all, "span.kind.string", Type.STRING, f -> kind(f.span()));
    add(all, "span.kind.deprecated_string", Type.STRING, f -> deprecatedKind(f.span()));
    add(all, "span.start_time_unix_nano", Type.INT, f -> f.span().startUnixNano());
    add(all, "span.end_time_unix_nano", Type.INT, f -> f.span().endUnixNano());
    add(all, "span.start_time", Type.TIME, f -> Values.time(f.span().startUnixNano()));
    add(all, "span.end_time", Type.TIME, f -> Values.time(f.span().endUnixNano()));
    add(all, "span.status", Type.PART, f -> new Part("status", -1));
    add(all, "span.status.code", Type.INT, f -> (long) f.span().statusCode());
    add(all, "span.status.message", Type.STRING, f -> f.span().statusMessage());
    add(all, "span.flags", Type.INT, f -> f.span().flags());
    add(all, "span.dropped_attributes_count", Type.INT, f -> f.span().droppedAttributesCount());
    add(all, "span.events", Type.PART, f -> new Part("events", f.span().eventCount()));
    add(all, "span.dropped_events_count", Type.INT, f -> f.span().droppedEventsCount());
    add(all, "span.links", Type.PART, f -> new Part("links", f.span().linkCount()));
    add(all, "span.dropped_links_count", Type.INT, f -> f.span().droppedLinksCount());
  }

  private static void addEvent(Map<String, Expr.Field> all) {
    add(all, "spanevent.name", Type.STRING, f -> f.event().name());
    add(all, "spanevent.time_unix_nano", Type.INT, f -> f.event().timeUnixNano());
    add(all, "spanevent.time", Type.TIME, f -> Values.time(f.event().timeUnixNano()));
    add(all, "spanevent.event_index", Type.INT, f -> (long) f.eventIndex());
    add(
        all,
        "spanevent.dropped_attributes_count",
        Type.INT,
        f -> f.event().droppedAttributesCount());
  }

  private static void id(Map<String, Expr.Field> all, String name, Function<Frame, Object> read) {
    add(all, name, Type.ID, read);
    add(all, name + ".string", Type.STRING, f -> read.apply(f).toString());
  }

  private static void add(
      Map<String, Expr.Field> all, String name, Type type, Function<Frame, Object> read) {
    all.put(name, new Expr.Field(read, type));
  }

  /** Returns the name of a span kind. Empty for an unknown kind. */
  private static String kind(SpanView span) {
    return span.kind() >= 0 && span.kind() < KINDS.size() ? KINDS.get(span.kind()) : "";
  }

  private static String deprecatedKind(SpanView span) {
    String kind = kind(span);
    return kind.isEmpty() ? "" : "SPAN_KIND_" + kind.toUpperCase(Locale.ROOT);
  }
}
