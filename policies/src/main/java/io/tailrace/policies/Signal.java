package io.tailrace.policies;

import io.tailrace.policies.ottl.SpanConditions;
import java.util.Map;
import java.util.Set;

/**
 * A yes/no fact about a trace that any one of its spans can make true. Value equality tells whether
 * the bits of a trace gathered for one policy set mean the same in another.
 */
sealed interface Signal {

  /** A resource or span attribute passes a test. */
  record Attribute(String key, AttributeTest test) implements Signal {}

  /** A span has one of these status codes; bit n of the mask stands for code n. */
  record Status(int codes) implements Signal {
    boolean raisedBy(int code) {
      return code >= 0 && code < Integer.SIZE && (codes >>> code & 1) != 0;
    }
  }

  /** A span's trace state has one of these values for a key. */
  record TraceState(String key, Set<String> values) implements Signal {
    boolean raisedBy(Map<String, String> members) {
      String value = members.get(key);
      return value != null && values.contains(value);
    }
  }

  /** A span's flags have one of these bits. */
  record Flags(int mask) implements Signal {
    boolean raisedBy(int flags) {
      return (flags & mask) != 0;
    }
  }

  /** A span meets conditions. */
  record Met(SpanConditions conditions) implements Signal {}

  /** A span left conditions that propagate errors without an answer. */
  record Failed(SpanConditions conditions) implements Signal {}
}
