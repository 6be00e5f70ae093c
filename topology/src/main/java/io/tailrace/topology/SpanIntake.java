package io.tailrace.topology;

import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.Verdict;

/**
 * Takes in spans: those of an open trace are added to it, those of a decided one follow its
 * verdict, others open a trace; what goes beyond a bound is decided at once. Not thread-safe.
 */
final class SpanIntake {
  private final TraceBounds bounds;
  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;
  private final Outcomes outcomes;

  SpanIntake(
      TraceBounds bounds,
      OpenTraces traces,
      Verdicts verdicts,
      DueRounds rounds,
      Outcomes outcomes) {
    this.bounds = bounds;
    this.traces = traces;
    this.verdicts = verdicts;
    this.rounds = rounds;
    this.outcomes = outcomes;
  }

  /** Takes in the record at this offset, which was just scanned. */
  void take(RecordScan scan, long offset) {
    for (int trace = 0; trace < scan.spans.traceCount(); trace++) {
      take(scan, trace, offset);
    }
    enforceTaskBounds(offset + 1);
  }

  private void take(RecordScan scan, int scanned, long offset) {
    SpanScan spans = scan.spans;
    long high = spans.traceHigh(scanned);
    long low = spans.traceLow(scanned);
    OpenTrace trace = traces.find(high, low);
    if (trace != null && rounds.isDue(trace)) {
      rounds.runUntilDecided(trace, offset); // its round was cut short; this span came after it
      trace = traces.find(high, low);
    }
    if (trace == null) {
      long settled = traces.clock().settled();
      Verdict verdict = verdicts.last(high, low);
      if (verdict != null && verdicts.holds(verdict, settled)) {
        follow(verdict, scan, scanned);
        return;
      }
      if (verdict != null) {
        verdicts.openedAgain(high, low, verdict, settled, offset);
      }
      trace = traces.open(high, low, offset);
      outcomes.opened();
    }
    traces.append(trace, scanned, offset);
    if (trace.spanCount >= bounds.spansPerTrace()) {
      rounds.decideEarly(trace, offset + 1, EarlyReason.SPANS_PER_TRACE);
    } else if (trace.bytes >= bounds.bytesPerTrace()) {
      rounds.decideEarly(trace, offset + 1, EarlyReason.BYTES_PER_TRACE);
    }
  }

  private void follow(Verdict verdict, RecordScan scan, int scanned) {
    int spans = 0;
    for (int s = scan.spans.firstSpan(scanned); s >= 0; s = scan.spans.nextSpan(s)) {
      spans++;
    }
    outcomes.late(verdict, scan, scanned, spans, traces.clock().now());
  }

  private void enforceTaskBounds(long position) {
    while (traces.bytes() > bounds.bytesPerTask()) {
      rounds.decideEarly(traces.queue().oldest(), position, EarlyReason.BYTES_PER_TASK);
    }
    while (traces.size() > bounds.tracesPerTask()) {
      rounds.decideEarly(traces.queue().oldest(), position, EarlyReason.TRACES_PER_TASK);
    }
  }
}
