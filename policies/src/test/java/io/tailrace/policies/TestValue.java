package io.tailrace.policies;

import io.tailrace.policies.signals.AttributeValue;

/** An attribute value made of a Java one; anything but text, boolean and number is OTHER. */
record TestValue(Object value) implements AttributeValue {
  @Override
  public Kind kind() {
    if (value instanceof String) {
      return Kind.STRING;
    }
    if (value instanceof Boolean) {
      return Kind.BOOL;
    }
    if (value instanceof Double) {
      return Kind.DOUBLE;
    }
    return value instanceof Number ? Kind.INT : Kind.OTHER;
  }

  @Override
  public String string() {
    return (String) value;
  }

  @Override
  public boolean bool() {
    return (boolean) value;
  }

  @Override
  public long integer() {
    return ((Number) value).longValue();
  }

  @Override
  public double real() {
    return (double) value;
  }
}
