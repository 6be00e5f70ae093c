package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** Samples whole traces up to {@code spans_per_second}. */
final class RateLimiting implements PolicyKind {
  @Override
  public String type() {
    return "rate_limiting";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return LimiterPolicy.read("span", TraceFacts::spanCount, settings, context);
  }
}
