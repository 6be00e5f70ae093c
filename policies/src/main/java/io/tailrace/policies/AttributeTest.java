package io.tailrace.policies;

/** A test of one attribute value. Thread-safe, equal to any other that matches the same values. */
interface AttributeTest {
  boolean matches(AttributeValue value);
}
