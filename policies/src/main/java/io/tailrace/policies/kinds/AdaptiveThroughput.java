package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;

/** Samples a number of spans per second, and more of rare keys than of frequent ones. */
final class AdaptiveThroughput implements PolicyKind {
  @Override
  public String type() {
    return "adaptive_throughput";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return AdaptiveSettings.throughput(settings, context);
  }
}
