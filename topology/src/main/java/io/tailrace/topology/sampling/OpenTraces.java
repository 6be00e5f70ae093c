package io.tailrace.topology.sampling;

import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.HeldPiece;
import io.tailrace.topology.buffer.PieceStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Open traces of a partition: their summaries, their due order, and the clock for their log times.
 * Does not own the storage of their spans. Not thread-safe.
 */
public final class OpenTraces {
  private final TraceIndex index = new TraceIndex();
  private final LogClock clock;
  private final DueQueue queue;
  private final RecordScan scan;
  private final PieceStore pieces;
  private final SummarySettings settings;
  private final TraceGroups groups;
  private long spans;
  private long bytes;

  /**
   * @param queue empty queue
   */
  public OpenTraces(
      LogClock clock,
      DueQueue queue,
      RecordScan scan,
      PieceStore pieces,
      SummarySettings settings) {
    this.clock = clock;
    this.queue = queue;
    this.scan = scan;
    this.pieces = pieces;
    this.settings = settings;
    this.groups = new TraceGroups(settings.groupBy().orElse(null));
  }

  public LogClock clock() {
    return clock;
  }

  public DueQueue queue() {
    return queue;
  }

  public RecordScan scan() {
    return scan;
  }

  public @Nullable OpenTrace find(long high, long low) {
    return index.get(high, low);
  }

  /** Opens a trace with its first span in the record at this offset. */
  public OpenTrace open(long high, long low, long logTime, long offset) {
    OpenTrace trace = opened(high, low, logTime, offset);
    trace.settledBefore = clock.settled();
    queue.add(trace);
    return trace;
  }

  /**
   * Reopens a trace with pieces of an earlier trace of the same id.
   *
   * @param former the earlier trace, already {@link #take taken}
   * @param place result of {@link #take}
   */
  OpenTrace openAgain(OpenTrace former, Taken place, long logTime, long offset) {
    OpenTrace trace = opened(former.high, former.low, logTime, offset);
    trace.restoreOffset = former.restoreOffset; // least offset of the traces at this place
    trace.settledBefore = former.settledBefore;
    trace.openedAt = former.openedAt;
    queue.addAfter(place.before, trace);
    return trace;
  }

  private OpenTrace opened(long high, long low, long logTime, long offset) {
    OpenTrace trace = new OpenTrace(high, low, logTime, offset);
    trace.layout = scan.layout().number;
    trace.openedAt = Math.min(logTime, clock.now()); // a log time can be ahead of all records
    trace.outline = settings.outlines().newOutline();
    index.add(trace);
    return trace;
  }

  /**
   * Adds the spans of a trace in a record.
   *
   * @param from scan of the record
   * @param scanned index of the trace in the record
   */
  public void append(OpenTrace trace, RecordScan from, int scanned, long logTime, long offset) {
    if (logTime < trace.firstSeen) {
      queue.firstSeen(trace, logTime);
      if (trace.layout == from.layout().number && from.layout().signals.needsTime()) {
        trace.layout = SignalLayout.NONE; // signals were raised with a later first time
      }
    }
    trace.lastSeen = Math.max(trace.lastSeen, logTime);
    int before = trace.spanCount;
    from.count(scanned, trace);
    if (trace.layout == from.layout().number) {
      from.raise(scanned, trace);
    } else {
      trace.layout = SignalLayout.NONE; // the signals are gathered again for the decision
    }
    if (trace.outline != null) {
      from.outline(scanned, trace.outline);
    }
    if ((!trace.hasRoot() || logTime < trace.rootSeen)
        && from.hasRoot(scanned, rootCondition(logTime), trace)) {
      queue.rootSeen(trace, logTime);
    }
    byte[] piece = from.pieces.piece(scanned);
    trace.bytes += piece.length;
    spans += trace.spanCount - before;
    bytes += piece.length;
    groups.add(trace, from, scanned, piece.length);
    pieces.add(trace, piece, logTime, offset);
  }

  /**
   * Returns the condition that root spans of this log time meet; null if they are those without
   * parent. Depends on the log time and not on the version that decides, as a restore or a replay
   * must find the same root spans before it decides anything.
   */
  private @Nullable SpanConditions rootCondition(long logTime) {
    return settings.policies().schedule().at(logTime).set().rootSpanCondition().orElse(null);
  }

  /** Returns the bytes of a trace in the order of arrival. */
  public List<byte[]> read(OpenTrace trace) {
    return pieces.read(trace);
  }

  /** Returns the pieces of a trace in the order of arrival. */
  List<HeldPiece> pieces(OpenTrace trace) {
    return pieces.pieces(trace);
  }

  /** Removes a decided trace. */
  public void remove(OpenTrace trace) {
    unlink(trace);
    pieces.forget(trace);
  }

  /**
   * Pieces of a trace that is no longer open.
   *
   * @param before the trace opened before it
   */
  record Taken(List<HeldPiece> pieces, @Nullable OpenTrace before) {}

  /** Removes a trace and returns its pieces. */
  Taken take(OpenTrace trace) {
    OpenTrace before = trace.openedBefore;
    List<HeldPiece> taken = pieces.take(trace);
    unlink(trace);
    return new Taken(taken, before);
  }

  /**
   * Removes the pieces of a trace that do not match the condition, and the trace if no piece
   * matches. Returns the trace open afterwards, or null.
   */
  public @Nullable OpenTrace retain(OpenTrace trace, Predicate<HeldPiece> which) {
    Taken taken = take(trace);
    OpenTrace again = null;
    for (HeldPiece piece : taken.pieces()) {
      if (!which.test(piece)) {
        continue;
      }
      scanHeld(trace, piece);
      if (again == null) {
        again = openAgain(trace, taken, piece.logTime(), piece.offset());
      }
      append(again, scan, 0, piece.logTime(), piece.offset());
    }
    return again;
  }

  private void scanHeld(OpenTrace trace, HeldPiece piece) {
    try {
      scan.scan(piece.bytes());
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("buffered spans of " + trace + " cannot be read", e);
    }
  }

  private void unlink(OpenTrace trace) {
    index.remove(trace);
    queue.remove(trace);
    groups.remove(trace);
    spans -= trace.spanCount;
    bytes -= trace.bytes;
  }

  /**
   * Returns the trace to decide at a bound of the task: the oldest, or the oldest of the group with
   * the most bytes. A trace must be open.
   */
  Surplus surplus() {
    return groups
        .largest()
        .map(group -> new Surplus(group.oldest(), group.name()))
        .orElseGet(() -> new Surplus(Objects.requireNonNull(queue.oldest(), "no open trace"), ""));
  }

  /**
   * Trace to decide at a bound of the task.
   *
   * @param group group with the most bytes; empty if traces are not grouped
   */
  record Surplus(OpenTrace trace, String group) {}

  public int size() {
    return index.size();
  }

  public long spans() {
    return spans;
  }

  /** Bytes of all open traces, on the heap and on disk. */
  public long bytes() {
    return bytes;
  }
}
