package io.tailrace.topology.sampling;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.HeldPiece;
import io.tailrace.topology.operations.TraceOutline;
import java.util.List;

/**
 * Gathers summaries of open traces again from their buffered spans: for other policies, or for the
 * spans before a time. Not thread-safe.
 */
final class Regathering {
  private final OpenTraces traces;
  private final TaskPolicies policies;
  private final RecordScan scan;

  Regathering(OpenTraces traces, TaskPolicies policies) {
    this.traces = traces;
    this.policies = policies;
    this.scan = new RecordScan(policies.layout(), traces.scan().names());
  }

  /** Returns whether the signals of the trace were gathered for other policies. */
  boolean isNeeded(OpenTrace trace) {
    return trace.layout != policies.layout().number;
  }

  /**
   * Gathers the signals for the current policies.
   *
   * @param bytes all spans of the trace
   */
  void signals(OpenTrace trace, List<byte[]> bytes) {
    scan.use(policies.layout());
    trace.forgetGathered();
    trace.layout = policies.layout().number;
    for (byte[] chunk : bytes) {
      scan(trace, chunk).raise(0, trace);
    }
  }

  /** Returns the outline of an open trace, which it may have. */
  TraceOutline outline(OpenTrace trace) {
    if (trace.outline != null) {
      return trace.outline;
    }
    TraceOutline outline = new TraceOutline();
    scan.use(policies.layout());
    for (byte[] chunk : traces.read(trace)) {
      scan(trace, chunk).outline(0, outline);
    }
    return outline;
  }

  /** Returns the summary of the pieces of a trace before this time. */
  OpenTrace before(OpenTrace trace, long logTime) {
    OpenTrace part = emptyPart(trace, logTime);
    for (HeldPiece piece : traces.pieces(trace)) {
      if (piece.logTime() < logTime) {
        add(trace, piece, part);
      }
    }
    return part;
  }

  /** Returns the summary of a trace before this time, without pieces so far. */
  OpenTrace emptyPart(OpenTrace trace, long logTime) {
    OpenTrace part = new OpenTrace(trace.high, trace.low, trace.firstSeen, trace.firstOffset);
    part.outline = trace.outline == null ? null : trace.outline.fresh();
    part.followsAnother = trace.followsAnother;
    part.layout = policies.layout().number;
    part.rootSeen = trace.rootSeen < logTime ? trace.rootSeen : OpenTrace.NOT_SEEN;
    scan.use(policies.layout());
    return part;
  }

  /** Adds a piece of a trace to the summary of its part. */
  void add(OpenTrace trace, HeldPiece piece, OpenTrace part) {
    scan(trace, piece.bytes()).gather(part);
    part.bytes += piece.bytes().length;
    part.lastSeen = Math.max(part.lastSeen, piece.logTime());
  }

  /** Scans buffered spans of a trace. The result is valid until the next call. */
  RecordScan scan(OpenTrace trace, byte[] chunk) {
    try {
      scan.scan(chunk);
      return scan;
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("buffered spans of " + trace + " cannot be read", e);
    }
  }
}
