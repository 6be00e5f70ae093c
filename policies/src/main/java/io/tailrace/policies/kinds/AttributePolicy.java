package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.AttributeTest;
import io.tailrace.policies.signals.Signal;

/** Builds the policies that test an attribute. */
final class AttributePolicy {
  private AttributePolicy() {}

  /**
   * Builds a policy that samples a trace if a resource or span attribute passes the test. With
   * {@code invert_match}, it samples a trace if no attribute passes.
   *
   * @param extent the extent without {@code invert_match}
   * @param description the predicate of the description, such as {@code is "a"}
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
