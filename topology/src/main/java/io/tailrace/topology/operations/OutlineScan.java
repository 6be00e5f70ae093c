package io.tailrace.topology.operations;

import io.tailrace.serdes.BytesToLong;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import org.jspecify.annotations.Nullable;

/**
 * Adds the spans of scanned records to the outlines or the root calls of their traces. Not
 * thread-safe.
 */
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
      if (!addSpan(span, into) && into.hasEntries() && (spans.isRoot(span) || isEntry(span))) {
        addEntry(span, into);
      }
    }
  }

  /**
   * Adds the errors and the root span that a span tells.
   *
   * @param span its index in the record
   * @return whether it was set as the root span
   */
  public boolean addSpan(int span, RootFacts into) {
    if (spans.status(span) == STATUS_ERROR) {
      into.addError();
    }
    if (!spans.isRoot(span) || into.hasRootCall()) {
      return false;
    }
    Operation operation = operation(span);
    if (operation == null) {
      return false;
    }
    into.setRootCall(operation, spans.status(span), nanos(span), spans.spanId(span, SPAN_ID));
    return true;
  }

  private void addEntry(int span, TraceOutline into) {
    Operation operation = operation(span);
    if (operation != null) {
      into.addEntry(operation, spans.status(span), nanos(span), spans.spanId(span, SPAN_ID));
    }
  }

  private boolean isEntry(int span) {
    int kind = spans.kind(span);
    return kind == KIND_SERVER || kind == KIND_CONSUMER;
  }

  /** Returns the operation; null if it is unreadable. The span is then forwarded unchanged. */
  private @Nullable Operation operation(int span) {
    try {
      return known.of(span);
    } catch (MalformedOtlpException unreadable) {
      return null;
    }
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
