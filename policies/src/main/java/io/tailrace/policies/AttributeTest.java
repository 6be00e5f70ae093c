package io.tailrace.policies;

/** Tests one attribute value. Thread-safe. Tests that match the same values are equal. */
interface AttributeTest {
  boolean matches(AttributeValue value);
}
