package io.tailrace.serdes;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;

/**
 * One walk over a {@code TracesData} record: where its resources, scopes and spans lie, and of each
 * span the fields that every summary needs. Nothing is decoded that nobody asks for, and the arrays
 * are reused: results are valid until the next {@link #scan}. Not thread-safe.
 */
public final class SpanScan {
  private static final int NO_SPAN = -1;
  private static final int NO_RESOURCE = -1;

  final RangeTable resources = new RangeTable();
  final RangeTable scopes = new RangeTable();
  final SpanTable spans = new SpanTable();
  final TraceGroups groups = new TraceGroups();
  private final AttributeCursor attribute = new AttributeCursor();

  byte[] record;
  private CodedInputStream in;
  private SpanListener listener;
  private boolean attributesWanted;

  /**
   * Walks {@code bytes}.
   *
   * @param wanted told of attributes and the like as they pass; null for nobody
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}; no result is valid then
   */
  public void scan(byte[] bytes, SpanListener wanted) throws MalformedOtlpException {
    record = bytes;
    in = CodedInputStream.newInstance(bytes);
    listener = wanted;
    attributesWanted = wanted != null && wanted.wantsAttributes();
    resources.size = 0;
    scopes.size = 0;
    spans.size = 0;
    try {
      walkTraces();
    } catch (IOException e) {
      throw Wire.malformed(bytes, e);
    }
    groups.build(spans);
  }

  /** Number of spans in the record, those without a valid trace id included. */
  public int spanCount() {
    return spans.size;
  }

  public int resourceCount() {
    return resources.size;
  }

  /** Index of the resource that the span belongs to. */
  public int resource(int span) {
    return scopes.parent[spans.scope[span]];
  }

  public long startUnixNanos(int span) {
    return spans.startNanos[span];
  }

  public long endUnixNanos(int span) {
    return spans.endNanos[span];
  }

  /** 0 unset, 1 OK, 2 error; other values as they stand on the wire, cut to a byte. */
  public int status(int span) {
    return spans.status[span];
  }

  /** Whether the span has no parent. */
  public boolean isRoot(int span) {
    return spans.root[span];
  }

  /** Number of distinct valid trace ids in the record. */
  public int traceCount() {
    return groups.size();
  }

  public long traceHigh(int trace) {
    return spans.traceHigh[groups.first(trace)];
  }

  public long traceLow(int trace) {
    return spans.traceLow[groups.first(trace)];
  }

  /** The first span of the trace with this index; go on with {@link #nextSpan}. */
  public int firstSpan(int trace) {
    return groups.first(trace);
  }

  /** The next span of the same trace in the record, or -1. */
  public int nextSpan(int span) {
    return spans.next[span];
  }

  /** The first span with an invalid trace id, or -1; go on with {@link #nextSpan}. */
  public int firstInvalidSpan() {
    return groups.firstInvalid();
  }

  /** Length in bytes of the span's trace id: 16, unless it is invalid. */
  public int traceIdLength(int span) {
    return spans.traceIdLength[span];
  }

  private void walkTraces() throws IOException {
    int fieldStart = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == OtlpFields.TRACES_RESOURCE_SPANS) {
        int outer = Wire.enter(in);
        walkResourceSpans(fieldStart);
        Wire.leave(in, outer);
      } else {
        Wire.skip(in, tag);
      }
      fieldStart = in.getTotalBytesRead();
    }
    in.checkLastTagWas(0);
  }

  private void walkResourceSpans(int tagAt) throws IOException {
    int start = in.getTotalBytesRead();
    int resource = resources.add(-1, tagAt, start, start + in.getBytesUntilLimit());
    int fieldStart = start;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == OtlpFields.RESOURCE_SPANS_SCOPE_SPANS) {
        int outer = Wire.enter(in);
        walkScopeSpans(resource, fieldStart);
        Wire.leave(in, outer);
      } else if (tag == OtlpFields.RESOURCE_SPANS_RESOURCE && attributesWanted) {
        int length = in.readRawVarint32();
        int outer = in.pushLimit(length);
        int end = in.getTotalBytesRead() + length;
        walkResource(resource);
        in.popLimit(outer);
        in.skipRawBytes(end - in.getTotalBytesRead());
      } else {
        Wire.skip(in, tag);
      }
      fieldStart = in.getTotalBytesRead();
    }
  }

  private void walkResource(int resource) throws IOException {
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == OtlpFields.RESOURCE_ATTRIBUTES) {
          walkAttribute(resource, NO_SPAN);
        } else {
          Wire.skip(in, tag);
        }
      }
    } catch (InvalidProtocolBufferException broken) {
      // As with a broken attribute: what came before it counts.
    }
  }

  private void walkScopeSpans(int resource, int tagAt) throws IOException {
    int start = in.getTotalBytesRead();
    int scope = scopes.add(resource, tagAt, start, start + in.getBytesUntilLimit());
    int fieldStart = start;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == OtlpFields.SCOPE_SPANS_SPANS) {
        int outer = Wire.enter(in);
        int span = spans.add(scope, fieldStart);
        walkSpan(span);
        Wire.leave(in, outer);
        spans.fieldEnd[span] = in.getTotalBytesRead();
      } else {
        Wire.skip(in, tag);
      }
      fieldStart = in.getTotalBytesRead();
    }
  }

  private void walkSpan(int span) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == OtlpFields.SPAN_TRACE_ID) {
        readTraceId(span);
      } else if (tag == OtlpFields.SPAN_PARENT_SPAN_ID) {
        spans.root[span] = isZero(in.readRawVarint32());
      } else if (tag == OtlpFields.SPAN_START_TIME) {
        spans.startNanos[span] = in.readRawLittleEndian64();
      } else if (tag == OtlpFields.SPAN_END_TIME) {
        spans.endNanos[span] = in.readRawLittleEndian64();
      } else if (tag == OtlpFields.SPAN_STATUS) {
        walkStatus(span);
      } else if (listener == null) {
        Wire.skip(in, tag);
      } else if (tag == OtlpFields.SPAN_ATTRIBUTES && attributesWanted) {
        walkAttribute(NO_RESOURCE, span);
      } else if (tag == OtlpFields.SPAN_TRACE_STATE) {
        int length = in.readRawVarint32();
        int offset = in.getTotalBytesRead();
        in.skipRawBytes(length);
        if (length > 0) {
          listener.traceState(span, record, offset, length);
        }
      } else if (tag == OtlpFields.SPAN_FLAGS) {
        listener.flags(span, in.readFixed32());
      } else {
        Wire.skip(in, tag);
      }
    }
  }

  private void readTraceId(int span) throws IOException {
    int length = in.readRawVarint32();
    spans.traceIdLength[span] = length;
    if (length == TraceId.BYTES) {
      spans.traceHigh[span] = Long.reverseBytes(in.readRawLittleEndian64());
      spans.traceLow[span] = Long.reverseBytes(in.readRawLittleEndian64());
    } else {
      in.skipRawBytes(length);
    }
  }

  private boolean isZero(int length) throws IOException {
    int offset = in.getTotalBytesRead();
    in.skipRawBytes(length);
    for (int i = offset; i < offset + length; i++) {
      if (record[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void walkStatus(int span) throws IOException {
    int outer = Wire.enter(in);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == OtlpFields.STATUS_CODE) {
        spans.status[span] = (byte) in.readEnum();
      } else {
        Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
  }

  /** A {@code KeyValue}; its value may stand before its key on the wire. */
  private void walkAttribute(int resource, int span) throws IOException {
    int length = in.readRawVarint32();
    if (isPlainAndUnwanted(length)) {
      in.skipRawBytes(length);
      return;
    }
    int outer = in.pushLimit(length);
    int end = in.getTotalBytesRead() + length;
    int key = readWantedAttribute();
    in.popLimit(outer);
    in.skipRawBytes(end - in.getTotalBytesRead());
    if (key < 0) {
      return;
    }
    if (span == NO_SPAN) {
      listener.resourceAttribute(resource, key, attribute);
    } else {
      listener.spanAttribute(span, key, attribute);
    }
  }

  private boolean isPlainAndUnwanted(int length) {
    int start = in.getTotalBytesRead();
    if (length < 0 || length > record.length - start) {
      return false;
    }
    int key = PlainKeyValue.keyLength(record, start, start + length);
    return key >= 0 && listener.attributeKey(record, start + PlainKeyValue.BEFORE_KEY, key) < 0;
  }

  /**
   * Reads an attribute to its end, or to where it breaks: what is inside is looked at only if
   * somebody wants it, so a broken one is nobody's and the record is as good as without a listener.
   */
  private int readWantedAttribute() throws IOException {
    int key = -1;
    attribute.clear(record);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == OtlpFields.KEY_VALUE_KEY) {
          int length = in.readRawVarint32();
          int offset = in.getTotalBytesRead();
          in.skipRawBytes(length);
          key = listener.attributeKey(record, offset, length);
        } else if (tag == OtlpFields.KEY_VALUE_VALUE) {
          int outer = Wire.enter(in);
          attribute.read(in);
          Wire.leave(in, outer);
        } else {
          Wire.skip(in, tag);
        }
      }
      in.checkLastTagWas(0);
      return key;
    } catch (InvalidProtocolBufferException broken) {
      return -1;
    }
  }
}
