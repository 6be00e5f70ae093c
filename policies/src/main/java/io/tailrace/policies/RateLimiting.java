package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** As many spans a second as {@code spans_per_second}, whole traces only. */
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
