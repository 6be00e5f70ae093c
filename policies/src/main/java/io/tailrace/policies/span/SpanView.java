package io.tailrace.policies.span;

/**
 * One span with its scope and resource. Text is never null; what the wire does not have is empty
 * text, an empty array or 0.
 *
 * <p>The caller may reuse one object for every span: it is read during one call and nothing of it
 * is kept, nor are its arrays written to. Accessors may be called any number of times, or never, so
 * they had better decode when asked; what cannot be decoded then is an {@link
 * UnreadableSpanException}. One thread at a time.
 */
public interface SpanView {
  /** 16 bytes. */
  byte[] traceId();

  /** 8 bytes. */
  byte[] spanId();

  /** 8 bytes, or none; a root span has none or only zeros. */
  byte[] parentSpanId();

  /** The W3C header as written. */
  String traceState();

  String name();

  /** OTLP span kind: 0 UNSPECIFIED to 5 CONSUMER, or whatever the wire says. */
  int kind();

  /** Nanoseconds since the epoch. */
  long startUnixNano();

  /** Nanoseconds since the epoch. */
  long endUnixNano();

  /** OTLP status code: 0 UNSET, 1 OK, 2 ERROR, or whatever the wire says. */
  int statusCode();

  String statusMessage();

  /** OTLP flags; the low 8 bits are the W3C trace flags. */
  long flags();

  AttributesView attributes();

  /** OTLP {@code dropped_attributes_count}, 0 or more. */
  long droppedAttributesCount();

  /** Number of events that the span holds. */
  int eventCount();

  /**
   * One event; it may be an object that the next call reuses.
   *
   * @param index 0..{@link #eventCount}-1, ascending within one evaluation
   */
  EventView event(int index);

  /** OTLP {@code dropped_events_count}, 0 or more. */
  long droppedEventsCount();

  /** Number of links that the span holds. */
  int linkCount();

  /** OTLP {@code dropped_links_count}, 0 or more. */
  long droppedLinksCount();

  ScopeView scope();

  ResourceView resource();
}
