package io.tailrace.policies.signals;

/**
 * A typed attribute value. The caller may reuse one object for many values. Policies call only the
 * accessor that matches {@link #kind}.
 */
public interface AttributeValue {
  /** Types of OTLP {@code AnyValue}. Arrays, maps and bytes are OTHER, which no policy can test. */
  enum Kind {
    STRING,
    BOOL,
    INT,
    DOUBLE,
    OTHER
  }

  Kind kind();

  String string();

  boolean bool();

  long integer();

  double real();
}
