package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** As many bytes a second as {@code bytes_per_second}, whole traces only. */
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
