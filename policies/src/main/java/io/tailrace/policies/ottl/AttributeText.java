package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Strings;
import org.jspecify.annotations.Nullable;

/** Text of attribute values of any type. */
public final class AttributeText {
  private AttributeText() {}

  /**
   * Returns the text of a value, as {@code AsString} of the Collector's {@code
   * pdata/pcommon/value.go}: JSON for lists and maps, base64 for bytes. Empty for null, for a list
   * or map that JSON cannot express, and for one whose text has more than about 1 Mi chars.
   *
   * @param value a value as described in {@link io.tailrace.policies.span.AttributesView}
   */
  public static String of(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    try {
      String text = Strings.ofAttribute(value, new Frame(null, 0));
      return value instanceof Double ? text.replace("e-0", "e-") : text; // unlike conditions
    } catch (EvaluationException noJson) {
      return "";
    }
  }
}
