package io.tailrace.policies.signals;

import io.tailrace.policies.ottl.SpanConditions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A boolean fact about a trace that any one of its spans can raise. Equal signals in two policy
 * sets have the same meaning, so bits collected for one set are valid in the other.
 */
public sealed interface Signal {
  /** Describes the signal completely, with the same text in every JVM. */
  @Override
  String toString();

  /** A resource or span attribute passes a test. */
  record Attribute(String key, AttributeTest test) implements Signal {}

  /** A span has one of these status codes. Bit n of the mask represents code n. */
  record Status(int codes) implements Signal {
    public boolean raisedBy(int code) {
      return code >= 0 && code < Integer.SIZE && (codes >>> code & 1) != 0;
    }
  }

  /** The trace state of a span has one of these values for the key. */
  record TraceState(String key, Set<String> values) implements Signal {
    @Override
    public String toString() {
      return "TraceState[" + key + "=" + new TreeSet<>(values) + "]";
    }

    public boolean raisedBy(Map<String, String> members) {
      String value = members.get(key);
      return value != null && values.contains(value);
    }
  }

  /** The flags of a span have at least one of these bits. */
  record Flags(int mask) implements Signal {
    public boolean raisedBy(int flags) {
      return (flags & mask) != 0;
    }
  }

  /** A span meets the conditions. */
  record Met(SpanConditions conditions) implements Signal {}

  /** An evaluation error occurred on a span, and the conditions propagate errors. */
  record Failed(SpanConditions conditions) implements Signal {}
}
