package io.tailrace.policies.span;

import java.util.Map;

/**
 * Attributes of a span, event, scope or resource.
 *
 * <p>A value is one of {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@code
 * byte[]}, {@code List} of values, {@code Map} of text to value in the order written, or null for
 * an {@code AnyValue} that holds nothing. No other class may occur. A value must not change while a
 * condition is evaluated, and is not changed by it.
 */
public interface AttributesView {
  /** The value of {@code key}; null if there is none. Of equal keys the first counts. */
  Object get(String key);

  /** Whether {@code key} is there. Asked for only if its value is null. */
  default boolean has(String key) {
    return toMap().containsKey(key);
  }

  /** All attributes, in the order written. Asked for only by conditions on the whole map. */
  Map<String, Object> toMap();
}
