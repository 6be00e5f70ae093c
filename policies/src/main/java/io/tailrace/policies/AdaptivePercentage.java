package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** Samples a percentage of all spans, and more of rare keys than of frequent ones. */
final class AdaptivePercentage implements PolicyKind {
  @Override
  public String type() {
    return "adaptive_percentage";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return AdaptiveSettings.percentage(settings, context);
  }
}
