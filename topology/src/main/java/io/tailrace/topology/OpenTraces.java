package io.tailrace.topology;

import java.util.List;

/**
 * The open traces of a partition: their summaries, the order in which they fall due, and the clock
 * that stamps them. Where their spans are kept until then is another's business. Not thread-safe.
 */
final class OpenTraces {
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
  OpenTraces(LogClock clock, DueQueue queue, RecordScan scan, PieceStore pieces, boolean outlines) {
    this.clock = clock;
    this.queue = queue;
    this.scan = scan;
    this.pieces = pieces;
    this.outlines = outlines;
  }

  LogClock clock() {
    return clock;
  }

  DueQueue queue() {
    return queue;
  }

  RecordScan scan() {
    return scan;
  }

  OpenTrace find(long high, long low) {
    return index.get(high, low);
  }

  /** Opens a trace whose first span lies in the record at this offset. */
  OpenTrace open(long high, long low, long offset) {
    OpenTrace trace = new OpenTrace(high, low, clock.now(), offset);
    trace.layout = scan.layout().number;
    trace.outline = outlines ? new TraceOutline() : null;
    index.add(trace);
    queue.add(trace);
    return trace;
  }

  /** Adds the spans that the scanned record at this offset has of a trace. */
  void append(OpenTrace trace, int scanned, long offset) {
    int before = trace.spanCount;
    scan.count(scanned, trace);
    if (trace.layout == scan.layout().number) {
      scan.raise(scanned, trace);
    } // else they are gathered anew when the trace is judged
    if (trace.outline != null) {
      scan.outline(scanned, trace.outline);
    }
    if (!trace.hasRoot() && scan.hasRoot(scanned)) {
      trace.rootSeen = clock.now();
      queue.rootSeen(trace);
    }
    byte[] piece = scan.pieces.piece(scanned);
    trace.bytes += piece.length;
    spans += trace.spanCount - before;
    bytes += piece.length;
    pieces.add(trace, piece, offset);
  }

  /** The bytes of a trace, in the order in which they came. */
  List<byte[]> read(OpenTrace trace) {
    return pieces.read(trace);
  }

  /** Forgets a trace that was decided. */
  void remove(OpenTrace trace) {
    index.remove(trace);
    queue.remove(trace);
    spans -= trace.spanCount;
    bytes -= trace.bytes;
    pieces.forget(trace);
  }

  int size() {
    return index.size();
  }

  long spans() {
    return spans;
  }

  /** Bytes of all open traces, wherever they are kept. */
  long bytes() {
    return bytes;
  }
}
