package io.tailrace.topology.keep;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TracePieces;
import io.tailrace.serdes.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Extracts requested traces from the records of a partition in one pass. Not thread-safe. */
public final class ReadBack {
  /** Size of a part. Large traces are delivered in parts, so that they need not fit on the heap. */
  private static final int PART_BYTES = 1 << 20;

  private final Map<TraceId, Target> targets = new HashMap<>();
  private final SpanScan scan = new SpanScan();
  private final TracePieces pieces = new TracePieces();

  public ReadBack(Collection<Target> targets) {
    targets.forEach(target -> this.targets.put(target.trace.id(), target));
  }

  /** Processes the next record. */
  public void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      scan.scan(record.value(), null);
    } catch (MalformedOtlpException inTheDeadLetters) {
      return;
    }
    pieces.of(scan);
    for (int i = 0; i < scan.traceCount(); i++) {
      Target target = targets.get(new TraceId(scan.traceHigh(i), scan.traceLow(i)));
      if (target != null) {
        target.take(this, record.offset(), record.timestamp(), i);
      }
    }
  }

  /** Ends the pass. */
  public void end() {
    targets.values().forEach(Target::end);
  }

  /**
   * Creates a target for this task.
   *
   * @param verdictRetention retention of verdicts in milliseconds
   */
  public static Target target(
      WantedTrace trace, long verdictRetention, Consumer<KeepSearch.Found> to) {
    return new Target(trace, verdictRetention, to);
  }

  /** A requested trace. Reused after a failed pass. */
  public static final class Target {
    private final long begin;
    private WantedTrace trace;
    private final Consumer<KeepSearch.Found> to;
    private List<byte[]> part = new ArrayList<>();
    private long partBytes;
    private int partSpans;
    private boolean anySpans;
    private boolean anyFirst;
    private final long verdictRetention;
    private VerdictHistory history;
    private volatile boolean done;

    private Target(WantedTrace trace, long verdictRetention, Consumer<KeepSearch.Found> to) {
      this.verdictRetention = verdictRetention;
      this.history = new VerdictHistory(verdictRetention);
      this.begin = trace.next();
      this.trace = trace;
      this.to = to;
    }

    public WantedTrace trace() {
      return trace;
    }

    /** Cancels the search. */
    void cancel() {
      done = true;
    }

    boolean isDone() {
      return done;
    }

    /** Starts a pass. Delivers parts again that were not delivered. */
    public VerdictHistory begin() {
      clearPart();
      history = new VerdictHistory(verdictRetention);
      return history;
    }

    private void take(ReadBack from, long offset, long logTime, int scanned) {
      if (offset < trace.next()
          || offset >= trace.verdict().position()
          || isOfNextTrace(offset, logTime)) {
        return;
      }
      anySpans = true;
      anyFirst |= offset == trace.verdict().firstOffset();
      if (history.wasExported(offset, logTime)) {
        return;
      }
      byte[] piece = from.pieces.piece(scanned);
      part.add(piece);
      partBytes += piece.length;
      for (int s = from.scan.firstSpan(scanned); s >= 0; s = from.scan.nextSpan(s)) {
        partSpans++;
      }
      if (partBytes >= PART_BYTES) {
        handOver(offset + 1, false);
      }
    }

    /** Returns whether the span belongs to the trace that reopened this one. */
    private boolean isOfNextTrace(long offset, long logTime) {
      Verdict verdict = trace.verdict();
      return verdict.isReopened() && !verdict.covers(offset, logTime, verdictRetention);
    }

    private void end() {
      handOver(trace.verdict().position(), true);
      done = true;
    }

    private void handOver(long next, boolean isLast) {
      if (!done) {
        long position = trace.verdict().position();
        to.accept(
            new KeepSearch.Found(
                trace.id(), position, part, partSpans, next, isLast, anySpans, isCut()));
      }
      trace = trace.after(next, partSpans);
      clearPart();
    }

    /** Returns whether the first record is known but no longer in the log. */
    private boolean isCut() {
      long first = trace.verdict().firstOffset();
      return first > 0 && !anyFirst && begin == first;
    }

    private void clearPart() {
      part = new ArrayList<>();
      partBytes = 0;
      partSpans = 0;
    }
  }
}
