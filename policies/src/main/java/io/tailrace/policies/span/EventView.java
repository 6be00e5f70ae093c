package io.tailrace.policies.span;

/** One event of a span. Absent fields are empty text or 0. */
public interface EventView {
  String name();

  /** Nanoseconds since the epoch. */
  long timeUnixNano();

  AttributesView attributes();

  /** OTLP {@code dropped_attributes_count}, 0 or more. */
  long droppedAttributesCount();
}
