package io.tailrace.topology.wire;

import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.ottl.AttributeText;
import io.tailrace.serdes.AttributesReader;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import java.util.Optional;

/** Finds the value of an attribute on demand, without a {@link SelectorPlan}. */
public final class FirstValue {
  private FirstValue() {}

  /**
   * Returns the text of the value that the selector finds at a span. A malformed value counts as
   * absent.
   *
   * @param span reader at the span
   * @param selector of a source with attributes, other than root spans
   */
  public static Optional<String> of(SpanReader span, Selector selector) {
    try {
      return switch (selector.source()) {
        case RESOURCE -> text(span.resource().attributes(), selector.key());
        case SCOPE -> text(span.scope().attributes(), selector.key());
        case SPAN -> text(span.attributes(), selector.key());
        case ANY -> anyText(span, selector.key());
        case ROOT, ROOT_NAME, ROOT_SERVICE, TRACE_SHAPE ->
            throw new IllegalArgumentException(
                selector + " (expected: attributes of any span, its resource or its scope)");
      };
    } catch (MalformedOtlpException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<String> anyText(SpanReader span, String key)
      throws MalformedOtlpException {
    Optional<String> found = text(span.resource().attributes(), key);
    if (found.isEmpty()) {
      found = text(span.scope().attributes(), key);
    }
    return found.isEmpty() ? text(span.attributes(), key) : found;
  }

  private static Optional<String> text(AttributesReader attributes, String key)
      throws MalformedOtlpException {
    return Optional.ofNullable(attributes.get(key)).map(AttributeText::of);
  }
}
