package io.tailrace.topology.convert;

import java.util.List;

/**
 * One place in a span where the value of a Refinery field can be.
 *
 * @param value OTTL expression of the value
 * @param present OTTL condition: there is a value; empty if always
 */
record Source(String value, String present) {
  private static final String SERVICE = "service.name";

  /** A span duration in nanoseconds. Compared values are milliseconds. */
  static final String DURATION = "(span.end_time_unix_nano - span.start_time_unix_nano)";

  private static Source always(String value) {
    return new Source(value, "");
  }

  private static Source attribute(String scope, String key) {
    String path = scope + ".attributes[" + Ottl.quoted(key) + "]";
    return new Source(path, path + " != nil");
  }

  /** Returns the places of a field without its {@code root.} prefix, by precedence. */
  static List<Source> of(String field) {
    return switch (field) {
      case "name" -> List.of(always("span.name"));
      case "duration_ms" -> List.of(always(DURATION));
      case "status_code" -> List.of(always("span.status.code"));
      case "status_message" ->
          List.of(new Source("span.status.message", "span.status.message != \"\""));
      case "error" ->
          List.of(
              new Source("true", "span.status.code == STATUS_CODE_ERROR"),
              attribute("span", "error"));
      case "kind", "span.kind", "type" -> List.of(always("ToLowerCase(span.kind.string)"));
      case "trace.trace_id" -> List.of(always("span.trace_id.string"));
      case "trace.span_id" -> List.of(always("span.span_id.string"));
      case "trace.parent_id" ->
          List.of(new Source("span.parent_span_id.string", "not IsRootSpan()"));
      case "library.name" ->
          List.of(new Source("instrumentation_scope.name", "instrumentation_scope.name != \"\""));
      case "library.version" ->
          List.of(
              new Source("instrumentation_scope.version", "instrumentation_scope.version != \"\""));
      case "service_name", SERVICE -> List.of(attribute("resource", SERVICE));
      default -> List.of(attribute("span", field), attribute("resource", field));
    };
  }
}
