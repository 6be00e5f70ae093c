package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** Samples whole traces up to {@code bytes_per_second}. */
final class BytesLimiting implements PolicyKind {
  @Override
  public String type() {
    return "bytes_limiting";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return LimiterPolicy.read("byte", TraceFacts::bytes, settings, context);
  }
}
