package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.TraceFacts;

/** Samples whole traces up to {@code bytes_per_second}. */
final class BytesLimiting implements PolicyKind {
  @Override
  public String type() {
    return "bytes_limiting";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return LimiterPolicy.read("byte", TraceFacts::bytes, settings, context);
  }
}
