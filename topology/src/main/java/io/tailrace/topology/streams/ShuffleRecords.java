package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TraceJoin;
import io.tailrace.serdes.TracePieces;
import java.util.List;

/**
 * Splits an ingest record into records for the partitions of the shuffle topic, and these into
 * smaller ones if they are too large. Reused from record to record. Not thread-safe.
 */
final class ShuffleRecords {
  private final SpanScan scan = new SpanScan();
  private final TracePieces pieces = new TracePieces();
  private final TraceJoin join = new TraceJoin();
  private final SpansByPartition groups;
  private final int maxRecordBytes;

  /** Receives each record: the ID of its first trace as key, and OTLP. */
  interface Sink {
    void record(byte[] key, byte[] spans);
  }

  /**
   * @param partitions number of partitions of the shuffle topic
   * @param maxRecordBytes size above which a record is split
   */
  ShuffleRecords(int partitions, int maxRecordBytes) {
    this.groups = new SpansByPartition(partitions);
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Splits the next ingest record. */
  void scan(byte[] tracesData) throws MalformedOtlpException {
    scan.scanReceived(tracesData, null);
    pieces.of(scan);
  }

  SpanScan scan() {
    return scan;
  }

  TracePieces pieces() {
    return pieces;
  }

  /** Splits the scanned record. */
  void forEach(Sink sink) {
    groups.of(scan);
    for (int group = 0; group < groups.size(); group++) {
      cutGroup(group, sink);
    }
  }

  private void cutGroup(int group, Sink sink) {
    byte[] piece = pieces.ofSpans(groups.spans(group));
    if (piece.length <= maxRecordBytes) {
      sink.record(key(groups.firstTrace(group)), piece);
      return;
    }
    for (int trace = groups.firstTrace(group); trace < scan.traceCount(); trace++) {
      if (groups.has(group, trace)) {
        cutTrace(trace, sink);
      }
    }
  }

  private void cutTrace(int trace, Sink sink) {
    byte[] piece = pieces.piece(trace);
    if (piece.length <= maxRecordBytes) {
      sink.record(key(trace), piece);
    } else {
      cut(piece).forEach(part -> sink.record(key(trace), part));
    }
  }

  private byte[] key(int trace) {
    return new TraceId(scan.traceHigh(trace), scan.traceLow(trace)).toKey();
  }

  private List<byte[]> cut(byte[] piece) {
    try {
      join.add(piece);
      return join.records(maxRecordBytes);
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a piece of a readable record cannot be read", e);
    } finally {
      join.clear();
    }
  }
}
