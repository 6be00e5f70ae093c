package io.tailrace.policies.span;

/** The resource of a span. Absent fields are empty text or 0. */
public interface ResourceView {
  AttributesView attributes();

  /** OTLP {@code dropped_attributes_count}, 0 or more. */
  long droppedAttributesCount();

  /** Schema URL of the {@code ResourceSpans}. */
  String schemaUrl();
}
