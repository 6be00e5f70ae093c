package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** Samples a number of spans per second, and more of rare keys than of frequent ones. */
final class AdaptiveThroughput implements PolicyKind {
  @Override
  public String type() {
    return "adaptive_throughput";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return AdaptiveSettings.throughput(settings, context);
  }
}
