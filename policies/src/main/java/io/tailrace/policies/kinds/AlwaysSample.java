package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;

/** Samples every trace. */
final class AlwaysSample implements PolicyKind {
  @Override
  public String type() {
    return "always_sample";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return Policy.when("always", new Extent.All(), trace -> true);
  }
}
