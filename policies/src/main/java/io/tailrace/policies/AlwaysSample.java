package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;

/** Samples every trace. */
final class AlwaysSample implements PolicyKind {
  @Override
  public String type() {
    return "always_sample";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    return Policy.when("always", new Extent.All(), trace -> true);
  }
}
