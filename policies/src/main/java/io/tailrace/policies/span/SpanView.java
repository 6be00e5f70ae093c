package io.tailrace.policies.span;

/**
 * One span with its scope and resource. Absent fields are empty text, an empty array or 0, never
 * null.
 *
 * <p>The caller may reuse one object for every span: conditions read it only during one call and do
 * not write to its arrays. Accessors may be called any number of times or never, so they should
 * decode on demand. They throw {@link UnreadableSpanException} if decoding fails. Used by one
 * thread at a time.
 */
public interface SpanView {
  /** 16 bytes. */
  byte[] traceId();

  /** 8 bytes. */
  byte[] spanId();

  /** 8 bytes, or empty. Empty or all zeros for a root span. */
  byte[] parentSpanId();

  /** The W3C {@code tracestate} header, unchanged. */
  String traceState();

  String name();

  /** OTLP span kind: 0 UNSPECIFIED to 5 CONSUMER, or an unknown value. */
  int kind();

  /** Nanoseconds since the epoch. */
  long startUnixNano();

  /** Nanoseconds since the epoch. */
  long endUnixNano();

  /** OTLP status code: 0 UNSET, 1 OK, 2 ERROR, or an unknown value. */
  int statusCode();

  String statusMessage();

  /** OTLP flags; the low 8 bits are the W3C trace flags. */
  long flags();

  AttributesView attributes();

  /** OTLP {@code dropped_attributes_count}, 0 or more. */
  long droppedAttributesCount();

  /** Number of events in the span. */
  int eventCount();

  /**
   * Returns one event. The next call may reuse the object.
   *
   * @param index 0..{@link #eventCount}-1, ascending within one evaluation
   */
  EventView event(int index);

  /** OTLP {@code dropped_events_count}, 0 or more. */
  long droppedEventsCount();

  /** Number of links in the span. */
  int linkCount();

  /** OTLP {@code dropped_links_count}, 0 or more. */
  long droppedLinksCount();

  ScopeView scope();

  ResourceView resource();
}
