package io.tailrace.topology.simulate;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import java.util.List;

/**
 * Passes on the outcomes of traces that began in a stretch of log time. Earlier records are read
 * for correct verdicts, and later ones to make the traces due. Not thread-safe.
 */
final class StretchOutcomes implements Outcomes {
  private final long from;
  private final long to;
  private final Outcomes outcomes;
  private boolean latestIsWithin;

  /**
   * @param from log time, Unix milliseconds
   * @param to exclusive end
   */
  StretchOutcomes(long from, long to, Outcomes outcomes) {
    this.from = from;
    this.to = to;
    this.outcomes = outcomes;
  }

  boolean isWithin(long logTime) {
    return logTime >= from && logTime < to;
  }

  @Override
  public void opened() {
    outcomes.opened();
  }

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    latestIsWithin = isWithin(trace.firstSeen);
    if (latestIsWithin) {
      outcomes.decided(trace, version, decision, verdict);
    }
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {
    if (latestIsWithin) {
      outcomes.kept(trace, spans, verdict);
    }
  }

  @Override
  public void decidedEarly(EarlyReason reason, String group) {
    if (latestIsWithin) {
      outcomes.decidedEarly(reason, group);
    }
  }

  @Override
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict, Verdict former) {
    if (isWithin(trace.firstSeen)) {
      outcomes.reconsidered(trace, version, decision, verdict, former);
    }
  }

  @Override
  public void notReconsidered() {
    outcomes.notReconsidered();
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    TraceSummary trace = verdict.summary(); // such a trace can count elsewhere as a whole
    if (isWithin(trace == null ? logTime : trace.firstSeen())) {
      outcomes.late(verdict, scan, scanned, spans, logTime);
    }
  }
}
