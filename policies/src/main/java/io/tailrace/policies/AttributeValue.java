package io.tailrace.policies;

/**
 * A typed attribute value as a policy sees it. The caller may reuse one object for many values.
 * Only the accessor that goes with {@link #kind} is called.
 */
public interface AttributeValue {
  /** Types of OTLP {@code AnyValue} that a policy can test; arrays, maps and bytes are OTHER. */
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
