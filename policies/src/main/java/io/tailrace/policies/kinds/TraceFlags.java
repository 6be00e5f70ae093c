package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.signals.Signal;

/** Samples traces with a span whose W3C {@code sampled} flag is set. */
final class TraceFlags implements PolicyKind {
  private static final int SAMPLED = 1;

  @Override
  public String type() {
    return "trace_flags";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    int signal = context.signal(new Signal.Flags(SAMPLED));
    return Policy.when(
        "a span has the sampled flag",
        new Extent.Exactly("trace flags"),
        trace -> trace.has(signal));
  }
}
