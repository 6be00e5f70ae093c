package io.tailrace.topology.sampling;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.HeldPiece;
import io.tailrace.topology.buffer.PieceStore;
import java.util.List;
import java.util.function.Predicate;

/**
 * The open traces of a partition: their summaries, the order in which they fall due, and the clock
 * that stamps them. Where their spans are kept until then is another's business. Not thread-safe.
 */
public final class OpenTraces {
  private final TraceIndex index = new TraceIndex();
  private final LogClock clock;
  private final DueQueue queue;
  private final RecordScan scan;
  private final PieceStore pieces;
  private final boolean outlines;
  private long spans;
  private long bytes;

  /**
   * @param queue an empty one
   * @param outlines whether traces have a {@link TraceOutline}
   */
  public OpenTraces(
      LogClock clock, DueQueue queue, RecordScan scan, PieceStore pieces, boolean outlines) {
    this.clock = clock;
    this.queue = queue;
    this.scan = scan;
    this.pieces = pieces;
    this.outlines = outlines;
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

  public OpenTrace find(long high, long low) {
    return index.get(high, low);
  }

  /** Opens a trace whose first span lies in the record at this offset. */
  public OpenTrace open(long high, long low, long logTime, long offset) {
    OpenTrace trace = opened(high, low, logTime, offset);
    trace.settledBefore = clock.settled();
    queue.add(trace);
    return trace;
  }

  /**
   * Opens a trace again, of pieces that an earlier one with its id had.
   *
   * @param former the earlier one; was {@link #take taken}
   * @param place what that returned
   */
  OpenTrace openAgain(OpenTrace former, Taken place, long logTime, long offset) {
    OpenTrace trace = opened(former.high, former.low, logTime, offset);
    trace.restoreOffset = former.restoreOffset; // among those opened at its place, the least
    trace.settledBefore = former.settledBefore;
    queue.addAfter(place.before, trace);
    return trace;
  }

  private OpenTrace opened(long high, long low, long logTime, long offset) {
    OpenTrace trace = new OpenTrace(high, low, logTime, offset);
    trace.layout = scan.layout().number;
    trace.outline = outlines ? new TraceOutline() : null;
    index.add(trace);
    return trace;
  }

  /**
   * Adds the spans that a record has of a trace.
   *
   * @param from the scan of that record
   * @param scanned the trace in it
   */
  public void append(OpenTrace trace, RecordScan from, int scanned, long logTime, long offset) {
    if (logTime < trace.firstSeen) {
      queue.firstSeen(trace, logTime);
      if (trace.layout == from.layout().number && from.layout().signals.needsTime()) {
        trace.layout = SignalLayout.NONE; // what was raised took a later time for the first
      }
    }
    trace.lastSeen = Math.max(trace.lastSeen, logTime);
    int before = trace.spanCount;
    from.count(scanned, trace);
    if (trace.layout == from.layout().number) {
      from.raise(scanned, trace);
    } // else they are gathered anew when the trace is judged
    if (trace.outline != null) {
      from.outline(scanned, trace.outline);
    }
    if ((!trace.hasRoot() || logTime < trace.rootSeen) && from.hasRoot(scanned)) {
      queue.rootSeen(trace, logTime);
    }
    byte[] piece = from.pieces.piece(scanned);
    trace.bytes += piece.length;
    spans += trace.spanCount - before;
    bytes += piece.length;
    pieces.add(trace, piece, logTime, offset);
  }

  /** The bytes of a trace, in the order in which they came. */
  public List<byte[]> read(OpenTrace trace) {
    return pieces.read(trace);
  }

  /** Forgets a trace that was decided. */
  public void remove(OpenTrace trace) {
    unlink(trace);
    pieces.forget(trace);
  }

  /**
   * The pieces of a trace that is open no more.
   *
   * @param before the trace that was opened before it
   */
  record Taken(List<HeldPiece> pieces, OpenTrace before) {}

  /** Forgets a trace and hands over its pieces. */
  Taken take(OpenTrace trace) {
    OpenTrace before = trace.openedBefore;
    List<HeldPiece> taken = pieces.take(trace);
    unlink(trace);
    return new Taken(taken, before);
  }

  /**
   * Forgets the pieces of a trace that do not meet this, and the trace if none does. Returns the
   * trace that is open then, or null.
   */
  public OpenTrace retain(OpenTrace trace, Predicate<HeldPiece> which) {
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
    spans -= trace.spanCount;
    bytes -= trace.bytes;
  }

  public int size() {
    return index.size();
  }

  public long spans() {
    return spans;
  }

  /** Bytes of all open traces, wherever they are kept. */
  public long bytes() {
    return bytes;
  }
}
