package io.tailrace.policies.span;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a span, event, scope or resource.
 *
 * <p>A value is one of {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@code
 * byte[]}, {@code List} of values, {@code Map} of text to value in document order, or null for an
 * empty {@code AnyValue}. Other classes are not allowed. Values must not change during an
 * evaluation. Conditions do not change them.
 */
public interface AttributesView {
  /**
   * Returns the value of {@code key}, or null if there is none. Returns the first value of a
   * duplicate key.
   */
  @Nullable Object get(String key);

  /** Returns whether {@code key} exists. Called only if its value is null. */
  default boolean has(String key) {
    return toMap().containsKey(key);
  }

  /** Returns all attributes in wire order. Called only by conditions on the whole map. */
  Map<String, @Nullable Object> toMap();
}
