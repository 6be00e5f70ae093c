package io.tailrace.topology;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.Verdict;
import java.util.List;

/** Outcomes as an instance has them: what is kept is exported, and all is counted. */
final class ExportedOutcomes implements Outcomes {
  private final TraceExporter exporter;
  private final SamplerMetrics metrics;

  ExportedOutcomes(TraceExporter exporter, SamplerMetrics metrics) {
    this.exporter = exporter;
    this.metrics = metrics;
  }

  @Override
  public void opened(OpenTrace trace) {
    metrics.opened();
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision) {
    metrics.decided(version, decision, trace);
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {
    exporter.export(trace, spans, verdict);
  }

  @Override
  public void decidedEarly(EarlyReason reason) {
    metrics.decidedEarly(reason);
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    metrics.late(verdict, spans);
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
