package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;

/**
 * Samples traces with {@code min_spans} to {@code max_spans} spans, both included. A maximum of 0
 * means no maximum.
 */
final class SpanCount implements PolicyKind {
  private static final long UNBOUNDED = 0;

  @Override
  public String type() {
    return "span_count";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    long min = settings.get("min_spans").integer(0, Integer.MAX_VALUE, 0);
    long max = settings.get("max_spans").integer(0, Integer.MAX_VALUE, UNBOUNDED);
    if (max != UNBOUNDED && max < min) {
      settings.node().warn("matches no trace: max_spans is below min_spans");
    }
    String shown = Words.range(min, max == UNBOUNDED ? null : max);
    boolean one = (max == UNBOUNDED ? min : max) == 1;
    return Policy.when(
        "it has " + shown + (one ? " span" : " spans"),
        extent(min, max == UNBOUNDED ? Integer.MAX_VALUE : max),
        trace -> trace.spanCount() >= min && (max == UNBOUNDED || trace.spanCount() <= max));
  }

  private static Extent extent(long min, long max) {
    if (max < min) {
      return new Extent.None(true);
    }
    return min <= 1 && max == Integer.MAX_VALUE
        ? new Extent.All()
        : new Extent.Range("spans", true, min, max);
  }
}
