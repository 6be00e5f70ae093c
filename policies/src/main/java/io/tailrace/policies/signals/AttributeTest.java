package io.tailrace.policies.signals;

/** Tests one attribute value. Thread-safe. Tests that match the same values are equal. */
public interface AttributeTest {
  boolean matches(AttributeValue value);
}
