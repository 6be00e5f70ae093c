package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;

/** Samples a percentage of all spans, and more of rare keys than of frequent ones. */
final class AdaptivePercentage implements PolicyKind {
  @Override
  public String type() {
    return "adaptive_percentage";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return AdaptiveSettings.percentage(settings, context);
  }
}
