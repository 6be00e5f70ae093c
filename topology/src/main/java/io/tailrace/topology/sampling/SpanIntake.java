package io.tailrace.topology.sampling;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import org.jspecify.annotations.Nullable;

/**
 * Processes incoming spans. Spans of an open trace are added to it, spans of a decided trace follow
 * its verdict, and other spans open a trace. A trace above a bound is decided at once. Not
 * thread-safe.
 */
public final class SpanIntake implements RecordLoop.Step {
  private final TraceBounds bounds;
  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;
  private final Reconsideration reconsideration;
  private final Outcomes outcomes;

  public SpanIntake(
      TraceBounds bounds,
      OpenTraces traces,
      Verdicts verdicts,
      DueRounds rounds,
      Reconsideration reconsideration,
      Outcomes outcomes) {
    this.bounds = bounds;
    this.traces = traces;
    this.verdicts = verdicts;
    this.rounds = rounds;
    this.reconsideration = reconsideration;
    this.outcomes = outcomes;
  }

  @Override
  public void timePassed(long position) {
    rounds.run(position);
  }

  @Override
  public void spans(RecordScan scan, long recordTime, long logTime, long offset) {
    for (int trace = 0; trace < scan.spans.traceCount(); trace++) {
      take(scan, trace, recordTime, logTime, offset);
    }
    enforceTaskBounds(offset + 1);
  }

  private void take(RecordScan scan, int scanned, long recordTime, long logTime, long offset) {
    long high = scan.spans.traceHigh(scanned);
    long low = scan.spans.traceLow(scanned);
    OpenTrace trace = traces.find(high, low);
    if (trace != null && rounds.isDue(trace)) {
      rounds.runUntilDecided(trace, offset); // its round was cut short; this span came after it
      trace = traces.find(high, low);
    }
    if (trace == null || recordTime < trace.notBefore) {
      Verdict verdict = verdicts.last(high, low);
      if (verdict != null && verdicts.holds(verdict, logTime)) {
        follow(verdict, scan, scanned, logTime, offset);
        return;
      }
      trace = opened(trace, high, low, verdict, recordTime, logTime, offset);
    }
    traces.append(trace, scan, scanned, logTime, offset);
    if (trace.spanCount >= Math.min(bounds.spansPerTrace(), rounds.spanLimit())) {
      rounds.decideEarly(trace, offset + 1, EarlyReason.SPANS_PER_TRACE, "");
    } else if (trace.bytes >= bounds.bytesPerTrace()) {
      rounds.decideEarly(trace, offset + 1, EarlyReason.BYTES_PER_TRACE, "");
    }
  }

  private void follow(Verdict verdict, RecordScan scan, int scanned, long logTime, long offset) {
    Verdict now = verdict;
    if (verdict.kind() == VerdictKind.RECONSIDERED && offset < verdict.position()) {
      return; // turned within this record, before this span: it is read back
    }
    if (!verdict.kept() || verdict.kind() == VerdictKind.RECONSIDERED) {
      TraceId id = new TraceId(scan.spans.traceHigh(scanned), scan.spans.traceLow(scanned));
      now = reconsideration.late(id, verdict, scan, scanned, logTime, offset);
    }
    outcomes.late(now, scan, scanned, scan.spanCount(scanned), logTime);
  }

  /**
   * Returns the trace for a span that follows no verdict.
   *
   * @param open null if no trace is open yet
   * @param last expired verdict on an earlier trace of this id, or null
   */
  private OpenTrace opened(
      @Nullable OpenTrace open,
      long high,
      long low,
      @Nullable Verdict last,
      long recordTime,
      long logTime,
      long offset) {
    LogClock clock = traces.clock();
    OpenTrace trace = open;
    if (trace == null) {
      trace = traces.open(high, low, logTime, offset);
      outcomes.opened();
    }
    trace.notBefore = Long.MIN_VALUE;
    if (last != null && last.endedAt() == Verdict.NEVER) {
      // A restart tells by the record's own time, unless that is misleading.
      boolean ends = clock.isOrdered() || recordTime <= verdicts.expiry(last);
      verdicts.reopened(high, low, last, offset, ends, clock.settled());
      if (!ends) {
        trace.notBefore = verdicts.expiry(last) + 1;
        trace.followsAnother = true;
      }
    }
    return trace;
  }

  private void enforceTaskBounds(long position) {
    while (traces.bytes() > bounds.bytesPerTask()) {
      decideSurplus(position, EarlyReason.BYTES_PER_TASK);
    }
    while (traces.size() > bounds.tracesPerTask()) {
      decideSurplus(position, EarlyReason.TRACES_PER_TASK);
    }
  }

  private void decideSurplus(long position, EarlyReason reason) {
    OpenTraces.Surplus surplus = traces.surplus();
    rounds.decideEarly(surplus.trace(), position, reason, surplus.group());
  }
}
