package io.tailrace.topology.operations;

/**
 * Service, name and kind of spans.
 *
 * @param service {@code service.name}; empty if absent
 * @param kind wire value of the span kind; 0 to 5 in OTLP
 */
public record Operation(String service, String name, int kind) {
  /** Operation of traces without a root span. */
  static final Operation NO_ROOT = new Operation("(no root)", "(no root)", 0);

  /** Operation of all calls that have no room of their own. */
  static final Operation OTHER = new Operation("(other)", "(other)", 0);

  /** Default of OpenTelemetry's SDKs. */
  private static final String NO_SERVICE = "unknown_service";

  private static final int MAX_CHARS = 200;
  private static final String[] KINDS = {
    "UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"
  };

  /** Returns the operation as it is shown: with a service, and without long texts. */
  Operation shown() {
    boolean isShown =
        !service.isEmpty() && service.length() <= MAX_CHARS && name.length() <= MAX_CHARS;
    return isShown
        ? this
        : new Operation(service.isEmpty() ? NO_SERVICE : cut(service), cut(name), kind);
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
  }

  /** Returns the kind as span metrics of OpenTelemetry have it. */
  String kindLabel() {
    return "SPAN_KIND_" + (kind >= 0 && kind < KINDS.length ? KINDS[kind] : KINDS[0]);
  }
}
