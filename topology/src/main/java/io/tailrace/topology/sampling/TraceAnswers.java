package io.tailrace.topology.sampling;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.wire.SpanLine;
import io.tailrace.topology.wire.SpanLines;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries about a trace from the state of a task. Must be called on the thread of the task.
 */
public final class TraceAnswers {
  /** Limit of bytes read of one trace for a query. */
  private static final long MAX_BYTES = 16 << 20;

  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;

  public TraceAnswers(OpenTraces traces, Verdicts verdicts, DueRounds rounds) {
    this.traces = traces;
    this.verdicts = verdicts;
    this.rounds = rounds;
  }

  /**
   * Returns null if the task does not know the trace.
   *
   * @param withSpans whether to include the first spans of an open trace
   */
  public @Nullable TraceAnswer answer(TraceId id, boolean withSpans) {
    OpenTrace trace = traces.find(id.high(), id.low());
    if (trace != null) {
      return open(id, trace).with(withSpans ? spans(trace) : null);
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
    return new TraceAnswer(
        id.toHex(), TraceAnswer.State.open, null, null, null, open, null, null, null);
  }

  private List<SpanLine> spans(OpenTrace trace) {
    if (trace.bytes > MAX_BYTES) {
      return List.of();
    }
    SpanLines lines = new SpanLines(rounds.redactions());
    traces.read(trace).forEach(lines::add);
    return lines.all();
  }
}
