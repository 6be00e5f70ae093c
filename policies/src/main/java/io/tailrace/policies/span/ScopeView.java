package io.tailrace.policies.span;

/** The instrumentation scope of a span. Absent fields are empty text or 0. */
public interface ScopeView {
  String name();

  String version();

  AttributesView attributes();

  /** OTLP {@code dropped_attributes_count}, 0 or more. */
  long droppedAttributesCount();

  /** Schema URL of the {@code ScopeSpans}. */
  String schemaUrl();
}
