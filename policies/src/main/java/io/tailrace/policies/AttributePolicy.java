package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** What the policies on attributes have in common. */
final class AttributePolicy {
  private AttributePolicy() {}

  /**
   * Samples if a resource or span attribute passes the test; with {@code invert_match}, if none
   * does.
   *
   * @param extent what it samples if it is not inverted
   * @param description how a value that passes is related to its key, such as {@code is "a"}
   */
  static Policy of(
      String key,
      AttributeTest test,
      String description,
      Extent extent,
      MappingReader settings,
      PolicyContext context) {
    boolean inverted = settings.get("invert_match").bool(false);
    int signal = context.signal(new Signal.Attribute(key, test));
    return Policy.when(
        (inverted ? "no span's " : "a span's ") + Words.clean(key) + " " + description,
        inverted ? Extent.not(extent) : extent,
        trace -> trace.has(signal) != inverted);
  }
}
