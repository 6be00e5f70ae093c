package io.tailrace.topology.streams;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.export.ExportRules;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.PartEditor;
import io.tailrace.serdes.SpanRewriter;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.wire.RedactionRules;
import io.tailrace.topology.wire.SpanFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Applies the export rules of the policies to kept spans. Not thread-safe. */
final class ExportEditor implements PartEditor {
  private final Supplier<PolicySet> policies;
  private final SamplerMetrics metrics;
  private final List<String> refusals = new ArrayList<>();
  private @Nullable PolicySet applied;
  private @Nullable SpanFilters filters; // null if there are none
  private List<SpanRewriter> rewriters = List.of();

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
    rewriters =
        rules.redactions().stream()
            .map(redaction -> new SpanRewriter(new RedactionRules(redaction)))
            .toList();
  }

  /** Returns why spans were left out of the trace, one by one. */
  List<String> refusals() {
    return refusals;
  }

  @Override
  public byte[] resource(byte[] fields) throws MalformedOtlpException {
    return edited(fields, SpanRewriter::resource);
  }

  @Override
  public byte[] scope(byte[] fields) throws MalformedOtlpException {
    return edited(fields, SpanRewriter::scope);
  }

  private interface Edit {
    byte[] apply(SpanRewriter rewriter, byte[] fields) throws MalformedOtlpException;
  }

  private byte[] edited(byte[] fields, Edit edit) throws MalformedOtlpException {
    byte[] edited = fields;
    for (SpanRewriter rewriter : rewriters) {
      edited = edit.apply(rewriter, edited);
    }
    return edited;
  }

  @Override
  public byte @Nullable [] span(byte[] source, int from, int to) throws MalformedOtlpException {
    byte[] edited = null;
    for (SpanRewriter rewriter : rewriters) {
      byte[] more =
          edited == null
              ? rewriter.span(source, from, to)
              : rewriter.span(edited, 0, edited.length);
      edited = more == null ? edited : more;
    }
    return edited;
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
