package io.tailrace.topology.operations;

import io.tailrace.serdes.BytesToLong;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;

/** Adds the spans of scanned records to the outlines of their traces. Not thread-safe. */
public final class OutlineScan {
  private static final int STATUS_ERROR = 2;
  private static final int KIND_SERVER = 2;
  private static final int KIND_CONSUMER = 5;
  private static final BytesToLong SPAN_ID = OutlineScan::bigEndian;

  private final SpanScan spans;
  private final KnownOperations known;

  /**
   * @param reader reader of the scanned record; is moved
   */
  public OutlineScan(SpanScan spans, SpanReader reader) {
    this.spans = spans;
    this.known = new KnownOperations(spans, reader);
  }

  /** Adds the spans of the trace with this index in the record. */
  public void add(int trace, TraceOutline into) {
    for (int span = spans.firstSpan(trace); span >= 0; span = spans.nextSpan(span)) {
      if (spans.status(span) == STATUS_ERROR) {
        into.errors++;
      }
      boolean isRoot = spans.isRoot(span);
      if (into.hasEntries() && (isRoot || isEntry(span))) {
        addEntry(span, isRoot && into.root == null, into);
      } else if (isRoot && into.root == null) {
        addRoot(span, into);
      }
    }
  }

  private boolean isEntry(int span) {
    int kind = spans.kind(span);
    return kind == KIND_SERVER || kind == KIND_CONSUMER;
  }

  private void addRoot(int span, TraceOutline into) {
    try {
      into.root = entry(span, into);
    } catch (MalformedOtlpException unreadable) {
      // Not an error: the span is forwarded unchanged.
    }
  }

  private void addEntry(int span, boolean isRoot, TraceOutline into) {
    try {
      into.entries = entry(span, into);
      into.root = isRoot ? into.entries : into.root;
    } catch (MalformedOtlpException unreadable) {
      // As for a root span.
    }
  }

  private EntrySpan entry(int span, TraceOutline of) throws MalformedOtlpException {
    return new EntrySpan(
        known.of(span), spans.status(span), nanos(span), spans.spanId(span, SPAN_ID), of.entries);
  }

  private long nanos(int span) {
    long start = spans.startUnixNanos(span);
    long end = spans.endUnixNanos(span);
    return start == 0 ? 0 : Math.max(0, end - start);
  }

  private static long bigEndian(byte[] buffer, int offset, int length) {
    long value = 0;
    for (int i = offset; i < offset + length; i++) {
      value = value << Byte.SIZE | (buffer[i] & 0xffL);
    }
    return value;
  }
}
