package io.tailrace.topology.streams;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.meters.TaskMeters;
import io.tailrace.topology.operations.TaskOperations;
import io.tailrace.topology.operations.TraceOutline;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exports kept traces and updates the metrics of the instance. */
final class ExportedOutcomes implements Outcomes {
  private final TraceExporter exporter;
  private final SamplerMetrics metrics;
  private final TaskMeters meters;
  private final TaskOperations operations;
  private final @Nullable DecisionRecords decisions;

  /**
   * @param decisions null if verdicts are not written
   */
  ExportedOutcomes(
      TraceExporter exporter,
      SamplerMetrics metrics,
      TaskMeters meters,
      TaskOperations operations,
      @Nullable DecisionRecords decisions) {
    this.exporter = exporter;
    this.metrics = metrics;
    this.meters = meters;
    this.operations = operations;
    this.decisions = decisions;
  }

  @Override
  public void opened() {
    metrics.opened();
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    // A manual keep overrides the outcome of the policies.
    Decision.Outcome outcome = verdict.kept() ? Decision.Outcome.SAMPLED : decision.outcome();
    meters.decided(trace, version, decision, outcome, verdict);
    operations.decided(
        new TraceId(trace.high, trace.low),
        trace.outline,
        trace.endUnixNanos() - trace.startUnixNanos(),
        verdict);
    if (decisions != null) {
      decisions.write(trace, outcome, verdict);
    }
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {
    exporter.export(trace, spans, verdict);
    metrics.recent().kept(trace, spans);
  }

  @Override
  public void decidedEarly(EarlyReason reason, String group) {
    metrics.decidedEarly(reason, group);
  }

  @Override
  public void slotEnded(boolean isPutOff) {
    metrics.slotEnded(isPutOff);
  }

  @Override
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict, Verdict former) {
    metrics.reconsidered(trace, version, decision, verdict);
    if (decisions != null) {
      decisions.write(trace, decision.outcome(), verdict);
    }
  }

  @Override
  public void notReconsidered() {
    metrics.notReconsidered();
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    metrics.late(verdict, spans);
    if (operations.countsLateSpans()) {
      TraceOutline outline = TraceOutline.withEntries();
      scan.outline(scanned, outline);
      TraceId id = new TraceId(scan.spans.traceHigh(scanned), scan.spans.traceLow(scanned));
      operations.late(id, outline, verdict);
    }
    if (verdict.kept()) {
      exporter.exportLate(
          scan.spans.traceHigh(scanned),
          scan.spans.traceLow(scanned),
          scan.pieces.piece(scanned),
          verdict,
          logTime);
    }
  }
}
