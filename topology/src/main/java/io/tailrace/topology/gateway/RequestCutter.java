package io.tailrace.topology.gateway;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TraceJoin;
import io.tailrace.serdes.TracePieces;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a request into records: one per trace, keyed by trace ID, or the request unchanged.
 * Content above the record size limit becomes several records. Not thread-safe.
 */
final class RequestCutter {
  private final boolean keyed;
  private final int maxRecordBytes;
  private final SpanScan scan = new SpanScan();
  private final TracePieces pieces = new TracePieces();
  private final TraceJoin join = new TraceJoin();

  /**
   * @param key record key; may be null
   */
  record Piece(byte @Nullable [] key, byte[] value) {}

  /**
   * @param spans number of spans in the records
   * @param invalidSpans number of spans with an invalid trace ID, which are not written
   */
  record Cut(List<Piece> records, int spans, int invalidSpans) {
    long bytes() {
      return records.stream().mapToLong(piece -> piece.value().length).sum();
    }
  }

  RequestCutter(boolean keyed, int maxRecordBytes) {
    this.keyed = keyed;
    this.maxRecordBytes = maxRecordBytes;
  }

  Cut cut(byte[] request) throws MalformedOtlpException {
    scan.scanReceived(request, null);
    pieces.of(scan);
    int invalid = 0;
    for (int span = scan.firstInvalidSpan(); span >= 0; span = scan.nextSpan(span)) {
      invalid++;
    }
    int spans = scan.spanCount() - invalid;
    List<Piece> records = new ArrayList<>();
    if (keyed) {
      cutByTrace(records);
    } else if (spans > 0) {
      cutBySize(request, invalid > 0, records);
    }
    return new Cut(records, spans, invalid);
  }

  private void cutByTrace(List<Piece> records) throws MalformedOtlpException {
    for (int trace = 0; trace < scan.traceCount(); trace++) {
      byte[] key = new TraceId(scan.traceHigh(trace), scan.traceLow(trace)).toKey();
      byte[] piece = pieces.piece(trace);
      if (piece.length <= maxRecordBytes) {
        records.add(new Piece(key, piece));
      } else {
        join(List.of(piece)).forEach(part -> records.add(new Piece(key, part)));
      }
    }
  }

  private void cutBySize(byte[] request, boolean someAreInvalid, List<Piece> records)
      throws MalformedOtlpException {
    if (!someAreInvalid && request.length <= maxRecordBytes) {
      records.add(new Piece(null, request));
      return;
    }
    List<byte[]> valid = new ArrayList<>();
    for (int trace = 0; trace < scan.traceCount(); trace++) {
      valid.add(pieces.piece(trace));
    }
    join(valid).forEach(part -> records.add(new Piece(null, part)));
  }

  private List<byte[]> join(List<byte[]> parts) throws MalformedOtlpException {
    try {
      for (byte[] part : parts) {
        join.add(part);
      }
      return join.records(maxRecordBytes);
    } finally {
      join.clear();
    }
  }
}
