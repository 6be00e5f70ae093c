package io.tailrace.topology.streams;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.export.ExportRules;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.wire.PartRedactor;
import io.tailrace.topology.wire.SpanFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Applies the export rules of the policies to kept spans. Not thread-safe. */
final class ExportEditor extends PartRedactor {
  private final Supplier<PolicySet> policies;
  private final SamplerMetrics metrics;
  private final List<String> refusals = new ArrayList<>();
  private @Nullable PolicySet applied;
  private @Nullable SpanFilters filters; // null if there are none

  /**
   * @param policies returns the policy set that applies now, whichever kept the spans
   */
  ExportEditor(Supplier<PolicySet> policies, SamplerMetrics metrics) {
    this.policies = policies;
    this.metrics = metrics;
  }

  /**
   * Prepares for the next trace.
   *
   * @param pieces span bytes of the trace, or some of them
   * @param logTime time of conditions, in Unix milliseconds
   * @return the pieces without spans and events that filters choose
   */
  List<byte[]> begin(List<byte[]> pieces, long logTime) throws MalformedOtlpException {
    refusals.clear();
    PolicySet current = policies.get();
    if (current != applied) {
      applied = current;
      apply(current.exportRules(), current);
    }
    if (filters == null) {
      return pieces;
    }
    List<byte[]> filtered = filters.filtered(pieces, TimeUnit.MILLISECONDS.toNanos(logTime));
    metrics.leftOut(filters.omittedSpans(), filters.omittedEvents());
    return filtered;
  }

  private void apply(ExportRules rules, PolicySet set) {
    filters =
        rules.filters().isEmpty()
            ? null
            : new SpanFilters(rules.filters(), set.rootSpanCondition().orElse(null));
    apply(rules.redactions());
  }

  /** Returns why spans were left out of the trace, one by one. */
  List<String> refusals() {
    return refusals;
  }

  @Override
  public void edited() {
    metrics.redacted();
  }

  @Override
  public void refused(MalformedOtlpException reason) {
    metrics.notRedacted();
    refusals.add(String.valueOf(reason.getMessage()));
  }
}
