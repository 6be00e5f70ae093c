package io.tailrace.policies.ottl.values;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Static types of OTTL expressions. */
public enum Type {
  /** Known only at evaluation. */
  ANY("any value"),
  NIL("nil"),
  BOOL("a boolean"),
  INT("an integer"),
  DOUBLE("a float"),
  STRING("a string"),
  BYTES("bytes"),
  LIST("a list"),
  MAP("a map"),
  TIME("a time"),
  DURATION("a duration"),
  /** ID of a trace, span or profile. */
  ID("an id"),
  /** A structure that is not a value, such as a resource. */
  PART("a part of a span");

  private final String shown;

  Type(String shown) {
    this.shown = shown;
  }

  public String shown() {
    return shown;
  }

  public static Type of(@Nullable Object value) {
    if (value == null) {
      return NIL;
    }
    if (value instanceof String) {
      return STRING;
    }
    if (value instanceof Long) {
      return INT;
    }
    if (value instanceof Boolean) {
      return BOOL;
    }
    if (value instanceof Double) {
      return DOUBLE;
    }
    if (value instanceof Map) {
      return MAP;
    }
    if (value instanceof List) {
      return LIST;
    }
    if (value instanceof byte[]) {
      return BYTES;
    }
    if (value instanceof Id) {
      return ID;
    }
    if (value instanceof ZonedDateTime) {
      return TIME;
    }
    return value instanceof Duration ? DURATION : PART;
  }
}
