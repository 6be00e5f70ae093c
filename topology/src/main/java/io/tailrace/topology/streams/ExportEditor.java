package io.tailrace.topology.streams;

import io.tailrace.policies.export.ExportRules;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.PartEditor;
import io.tailrace.serdes.SpanRewriter;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.wire.RedactionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Applies the export rules of the policies to kept spans. Not thread-safe. */
final class ExportEditor implements PartEditor {
  private final Supplier<ExportRules> rules;
  private final SamplerMetrics metrics;
  private final List<String> refusals = new ArrayList<>();
  private ExportRules applied = ExportRules.NONE;
  private List<SpanRewriter> rewriters = List.of();

  /**
   * @param rules returns the rules that apply now
   */
  ExportEditor(Supplier<ExportRules> rules, SamplerMetrics metrics) {
    this.rules = rules;
    this.metrics = metrics;
  }

  /** Prepares for the next trace. */
  void begin() {
    refusals.clear();
    ExportRules current = rules.get();
    if (!current.equals(applied)) {
      applied = current;
      rewriters =
          current.redactions().stream()
              .map(redaction -> new SpanRewriter(new RedactionRules(redaction)))
              .toList();
    }
  }

  /** Returns why spans were left out of the trace, one by one. */
  List<String> refusals() {
    return refusals;
  }

  @Override
  public byte[] resource(byte[] fields) throws MalformedOtlpException {
    byte[] edited = fields;
    for (SpanRewriter rewriter : rewriters) {
      edited = rewriter.resource(edited);
    }
    return edited;
  }

  @Override
  public byte[] scope(byte[] fields) throws MalformedOtlpException {
    byte[] edited = fields;
    for (SpanRewriter rewriter : rewriters) {
      edited = rewriter.scope(edited);
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
