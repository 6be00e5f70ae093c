package io.tailrace.serdes;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides about the attributes and names of spans, for {@link SpanRewriter}. */
public interface AttributeRules {
  /** Starts a list of attributes: of a resource, scope, span, event or link. */
  void begin();

  /**
   * Decides about one attribute of the list.
   *
   * @param value valid during the call
   * @throws MalformedOtlpException if key or value cannot be read, so that nothing can be decided
   */
  AttributeEdit attribute(byte[] record, int keyFrom, int keyTo, AttributeValue value)
      throws MalformedOtlpException;

  /** Returns whether attributes are to be set after the list. */
  boolean hasAdditions();

  /**
   * Returns attributes to set after the list: texts and longs by key. One with the same key is
   * replaced.
   *
   * @param present returns the value that the edited list has for a key, as described in {@link
   *     AttributesReader}
   */
  Map<String, Object> additions(Function<String, @Nullable Object> present)
      throws MalformedOtlpException;

  /** Returns whether names and status messages are of interest. */
  boolean editsNames();

  /**
   * Returns the text in place of a name or status message.
   *
   * @throws MalformedOtlpException if nothing can be decided
   */
  String name(String text) throws MalformedOtlpException;
}
