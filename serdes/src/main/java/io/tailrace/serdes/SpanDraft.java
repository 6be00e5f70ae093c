package io.tailrace.serdes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mutable span during conversion to OTLP. Attributes are {@code String}, {@code Boolean}, {@code
 * Long}, {@code Double} or {@code byte[]}; the last of duplicate keys wins. Times are Unix
 * nanoseconds. Absent IDs and enums are 0.
 */
final class SpanDraft {
  TraceId traceId = new TraceId(0, 0);
  long spanId;
  long parentSpanId;
  String traceState = "";
  String name = "";
  SpanKind kind = SpanKind.UNSPECIFIED;
  long startTime;
  long endTime;
  StatusCode status = StatusCode.UNSET;
  String statusMessage = "";
  final Map<String, Object> attributes = new LinkedHashMap<>();
  final List<Event> events = new ArrayList<>();
  final List<Link> links = new ArrayList<>();

  /** Numbers equal those of OTLP. */
  enum SpanKind {
    UNSPECIFIED(0),
    INTERNAL(1),
    SERVER(2),
    CLIENT(3),
    PRODUCER(4),
    CONSUMER(5);

    final int number;

    SpanKind(int number) {
      this.number = number;
    }
  }

  /** Numbers equal those of OTLP. */
  enum StatusCode {
    UNSET(0),
    OK(1),
    ERROR(2);

    final int number;

    StatusCode(int number) {
      this.number = number;
    }
  }

  record Event(long time, String name, Map<String, Object> attributes, long dropped) {}

  record Link(
      TraceId traceId,
      long spanId,
      String traceState,
      Map<String, Object> attributes,
      long dropped) {}

  record Scope(String name, String version) {}

  /** Removes an attribute and returns its text. Empty if it has another type; null if absent. */
  static @Nullable String takeText(Map<String, Object> attributes, String key) {
    Object value = attributes.remove(key);
    return value == null || value instanceof String ? (String) value : "";
  }
}
