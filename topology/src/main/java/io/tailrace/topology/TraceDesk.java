package io.tailrace.topology;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import java.time.Instant;

/** Answers what is known of a trace from what a task has: to be asked on the task's own thread. */
final class TraceDesk {
  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;

  TraceDesk(OpenTraces traces, Verdicts verdicts, DueRounds rounds) {
    this.traces = traces;
    this.verdicts = verdicts;
    this.rounds = rounds;
  }

  /** Null if the task knows nothing of it. */
  TraceAnswer answer(TraceId id) {
    OpenTrace trace = traces.find(id.high(), id.low());
    if (trace != null) {
      return open(id, trace);
    }
    Verdict verdict = verdicts.get(id.high(), id.low(), traces.clock().settled());
    return verdict == null
        ? null
        : new TraceAnswer(
            id.toHex(),
            TraceAnswer.State.decided,
            null,
            null,
            TraceAnswer.Recorded.of(verdict, verdicts.retention()),
            null,
            null,
            null);
  }

  private TraceAnswer open(TraceId id, OpenTrace trace) {
    TraceAnswer.Open open =
        new TraceAnswer.Open(
            TraceAnswer.Facts.of(trace, rounds.outline(trace)),
            Instant.ofEpochMilli(trace.firstSeen).toString(),
            Instant.ofEpochMilli(rounds.due(trace)).toString(),
            Instant.ofEpochMilli(traces.clock().now()).toString(),
            rounds.ifDecidedNow(trace));
    return new TraceAnswer(id.toHex(), TraceAnswer.State.open, null, null, null, open, null, null);
  }
}
