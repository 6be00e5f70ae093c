package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** What the policies on attributes have in common. */
final class AttributePolicy {
  private AttributePolicy() {}

  /**
   * Samples if a resource or span attribute passes the test; with {@code invert_match}, if none
   * does.
   */
  static Policy of(String key, AttributeTest test, MappingReader settings, PolicyContext context) {
    boolean inverted = settings.get("invert_match").bool(false);
    int signal = context.signal(new Signal.Attribute(key, test));
    return Policy.when(trace -> trace.has(signal) != inverted);
  }
}
