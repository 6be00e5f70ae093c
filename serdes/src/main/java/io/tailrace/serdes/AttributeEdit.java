package io.tailrace.serdes;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of an attribute.
 *
 * @param text new value of one that is replaced
 */
public record AttributeEdit(Kind kind, @Nullable String text) {
  /** The bytes stay as they are. */
  public static final AttributeEdit KEEP = new AttributeEdit(Kind.KEEP, null);

  public static final AttributeEdit REMOVE = new AttributeEdit(Kind.REMOVE, null);

  /** What becomes of it. */
  public enum Kind {
    KEEP,
    REMOVE,
    REPLACE
  }

  /** Replaces the value with a text. */
  public static AttributeEdit replace(String text) {
    return new AttributeEdit(Kind.REPLACE, text);
  }
}
