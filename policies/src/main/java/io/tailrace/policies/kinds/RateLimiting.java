package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.TraceFacts;

/** Samples whole traces up to {@code spans_per_second}. */
final class RateLimiting implements PolicyKind {
  @Override
  public String type() {
    return "rate_limiting";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return LimiterPolicy.read("span", TraceFacts::spanCount, settings, context);
  }
}
