package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scans a {@code TracesData} record once. Finds the positions of resources, scopes and spans, and
 * the span fields that every summary needs. Decodes no other fields. The arrays are reused: results
 * are valid until the next {@link #scan}. Not thread-safe.
 */
public final class SpanScan {
  final RangeTable resources = new RangeTable();
  final RangeTable scopes = new RangeTable();
  final SpanTable spans = new SpanTable();
  final TraceGroups groups = new TraceGroups();
  private final TraceStateReader traceState = new TraceStateReader();
  private final AttributeCursor attribute = new AttributeCursor();

  private int[] resourceAt = new int[16];
  private int[] resourceLength = new int[16]; // 0: none; negative: several parts

  byte[] record = {};
  private final WireReader in = new WireReader();
  private SpanListener listener = NoListener.INSTANCE;
  private boolean attributesWanted;
  private boolean scopesWanted;

  /**
   * Scans {@code bytes}.
   *
   * @param wanted receives attributes and other fields during the scan; may be null
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}; no result is valid then
   */
  public void scan(byte[] bytes, @Nullable SpanListener wanted) throws MalformedOtlpException {
    record = bytes;
    in.of(bytes, 0, bytes.length);
    listener = wanted == null ? NoListener.INSTANCE : wanted;
    attributesWanted = listener.wantsAttributes();
    scopesWanted = attributesWanted && listener.wantsScopes();
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

  /**
   * Scans bytes from a client, like {@link #scan}. Detects other formats: protobuf skips unknown
   * fields, so such bytes can look like a record without spans.
   *
   * @throws MalformedOtlpException also if there is no span but an unknown field
   */
  public void scanReceived(byte[] bytes, @Nullable SpanListener wanted)
      throws MalformedOtlpException {
    scan(bytes, wanted);
    String unknown = spans.size == 0 ? new KnownFields().unknownIn(bytes) : null;
    if (unknown != null) {
      throw Wire.malformed(
          bytes,
          new InvalidProtocolBufferException(
              "no span but " + unknown + " (expected: fields of OTLP traces only)"));
    }
  }

  /** Returns the number of spans in the record, including those with an invalid trace ID. */
  public int spanCount() {
    return spans.size;
  }

  public int resourceCount() {
    return resources.size;
  }

  /** Returns the index of the span's resource. */
  public int resource(int span) {
    return scopes.parent[spans.scope[span]];
  }

  /**
   * Applies a function to the encoded resource with this index.
   *
   * @return -1 without a call if there is none, or if it is in several parts
   */
  public long resource(int resource, BytesToLong function) {
    int length = resourceLength[resource];
    return length <= 0 ? -1 : function.of(record, resourceAt[resource], length);
  }

  /** Returns the index of the span's scope. */
  public int scope(int span) {
    return spans.scope[span];
  }

  public long startUnixNanos(int span) {
    return spans.startNanos[span];
  }

  public long endUnixNanos(int span) {
    return spans.endNanos[span];
  }

  /** Returns the status: 0 unset, 1 OK, 2 error. Other wire values are truncated to a byte. */
  public int status(int span) {
    return spans.status[span];
  }

  /** Applies a function to the bytes of the span ID. */
  public long spanId(int span, BytesToLong function) {
    return function.of(record, spans.idStart[span], spans.idLength[span]);
  }

  /** Applies a function to the UTF-8 bytes of the name. */
  public long name(int span, BytesToLong function) {
    return function.of(record, spans.nameStart[span], spans.nameLength[span]);
  }

  /** Returns the kind: 0 to 5 in OTLP. Other wire values are truncated to a byte. */
  public int kind(int span) {
    return spans.kind[span];
  }

  /** Returns whether the span has no parent. */
  public boolean isRoot(int span) {
    return spans.root[span];
  }

  /**
   * Reads what head samplers wrote into the trace state of a span.
   *
   * @return null if there is no {@code ot} member, or the trace state breaks a rule; else valid
   *     until the next call
   */
  public @Nullable TraceStateReader headSampling(int span) {
    int start = spans.stateStart[span];
    int end = spans.stateEnd[span];
    boolean readable =
        TraceStateReader.mayHaveOt(record, start, end) && traceState.read(record, start, end);
    return readable && traceState.hasOt ? traceState : null;
  }

  /** Returns the number of distinct valid trace IDs in the record. */
  public int traceCount() {
    return groups.size();
  }

  public long traceHigh(int trace) {
    return spans.traceHigh[groups.first(trace)];
  }

  public long traceLow(int trace) {
    return spans.traceLow[groups.first(trace)];
  }

  /** Returns the first span of the trace with this index. {@link #nextSpan} returns the others. */
  public int firstSpan(int trace) {
    return groups.first(trace);
  }

  /** Returns the next span of the same trace in the record, or -1. */
  public int nextSpan(int span) {
    return spans.next[span];
  }

  /**
   * Returns the first span with an invalid trace ID, or -1. {@link #nextSpan} returns the others.
   */
  public int firstInvalidSpan() {
    return groups.firstInvalid();
  }

  /** Returns the length of the span's trace ID in bytes: 16, unless it is invalid. */
  public int traceIdLength(int span) {
    return spans.traceIdLength[span];
  }

  private void walkTraces() throws IOException {
    int fieldStart = 0;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.TRACES_RESOURCE_SPANS) {
        int outer = in.enter();
        walkResourceSpans(fieldStart);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
      fieldStart = in.at();
    }
  }

  private void walkResourceSpans(int tagAt) throws IOException {
    int start = in.at();
    int resource = resources.add(-1, tagAt, start, in.limit());
    if (resource == resourceAt.length) {
      resourceAt = Arrays.copyOf(resourceAt, resource * 2);
      resourceLength = Arrays.copyOf(resourceLength, resource * 2);
    }
    resourceLength[resource] = 0;
    int fieldStart = start;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.RESOURCE_SPANS_SCOPE_SPANS) {
        int outer = in.enter();
        walkScopeSpans(resource, fieldStart);
        in.leave(outer);
      } else if (tag == OtlpFields.RESOURCE_SPANS_RESOURCE) {
        int outer = in.enter();
        int end = in.limit();
        resourceAt[resource] = in.at();
        resourceLength[resource] = resourceLength[resource] == 0 ? end - in.at() : -1;
        if (attributesWanted && listener.resourceStart(resource, record, in.at(), end - in.at())) {
          walkResource(resource);
          listener.resourceEnd(resource);
        }
        in.resume(end, outer);
      } else {
        in.skip(tag);
      }
      fieldStart = in.at();
    }
  }

  private void walkResource(int resource) throws IOException {
    try {
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        if (tag == OtlpFields.RESOURCE_ATTRIBUTES) {
          int key = walkAttribute();
          if (key >= 0) {
            listener.resourceAttribute(resource, key, attribute);
          }
        } else {
          in.skip(tag);
        }
      }
    } catch (InvalidProtocolBufferException broken) {
      // As for a malformed attribute: the fields before it are used.
    }
  }

  private void walkScopeSpans(int resource, int tagAt) throws IOException {
    int start = in.at();
    int scope = scopes.add(resource, tagAt, start, in.limit());
    int fieldStart = start;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SCOPE_SPANS_SPANS) {
        int outer = in.enter();
        int span = spans.add(scope, fieldStart);
        walkSpan(span);
        in.leave(outer);
        spans.fieldEnd[span] = in.at();
      } else if (tag == OtlpFields.SCOPE_SPANS_SCOPE && scopesWanted) {
        int outer = in.enter();
        int end = in.limit();
        if (listener.scopeStart(scope, record, in.at(), end - in.at())) {
          walkScope(scope);
          listener.scopeEnd(scope);
        }
        in.resume(end, outer);
      } else {
        in.skip(tag);
      }
      fieldStart = in.at();
    }
  }

  private void walkScope(int scope) throws IOException {
    try {
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        if (tag == OtlpFields.SCOPE_ATTRIBUTES) {
          int key = walkAttribute();
          if (key >= 0) {
            listener.scopeAttribute(scope, key, attribute);
          }
        } else {
          in.skip(tag);
        }
      }
    } catch (InvalidProtocolBufferException broken) {
      // As for a malformed attribute: the fields before it are used.
    }
  }

  private void walkSpan(int span) throws IOException {
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SPAN_ATTRIBUTES) { // the most frequent field
        walkSpanAttribute(span);
      } else if (tag == OtlpFields.SPAN_TRACE_ID) {
        readTraceId(span);
      } else if (tag == OtlpFields.SPAN_PARENT_SPAN_ID) {
        spans.root[span] = isZero(in.length());
      } else if (tag == OtlpFields.SPAN_START_TIME) {
        spans.startNanos[span] = in.fixed64();
      } else if (tag == OtlpFields.SPAN_END_TIME) {
        spans.endNanos[span] = in.fixed64();
      } else if (tag == OtlpFields.SPAN_STATUS) {
        walkStatus(span);
      } else if (tag == OtlpFields.SPAN_SPAN_ID) {
        int length = in.length();
        spans.idStart[span] = in.at();
        spans.idLength[span] = length;
        in.pass(length);
      } else if (tag == OtlpFields.SPAN_NAME) {
        int length = in.length();
        spans.nameStart[span] = in.at();
        spans.nameLength[span] = length;
        in.pass(length);
      } else if (tag == OtlpFields.SPAN_KIND) {
        spans.kind[span] = (byte) in.varint32();
      } else if (tag == OtlpFields.SPAN_TRACE_STATE) {
        passTraceState(span);
      } else if (listener == NoListener.INSTANCE) {
        in.skip(tag);
      } else if (tag == OtlpFields.SPAN_FLAGS) {
        listener.flags(span, in.fixed32());
      } else {
        in.skip(tag);
      }
    }
  }

  private void passTraceState(int span) throws IOException {
    int length = in.length();
    spans.stateStart[span] = in.at();
    in.pass(length);
    spans.stateEnd[span] = in.at();
    if (length > 0) {
      listener.traceState(span, record, spans.stateStart[span], length);
    }
  }

  private void walkSpanAttribute(int span) throws IOException {
    spans.attribute(span, in.at());
    if (attributesWanted) {
      int key = walkAttribute();
      if (key >= 0) {
        listener.spanAttribute(span, key, attribute);
      }
    } else {
      in.pass(in.varint32());
    }
    spans.attributesEnd[span] = in.at();
  }

  private void readTraceId(int span) throws IOException {
    int length = in.length();
    spans.traceIdLength[span] = length;
    if (length == TraceId.BYTES) {
      spans.traceHigh[span] = Long.reverseBytes(in.fixed64());
      spans.traceLow[span] = Long.reverseBytes(in.fixed64());
    } else {
      in.pass(length);
    }
  }

  private boolean isZero(int length) throws IOException {
    int offset = in.at();
    in.pass(length);
    for (int i = offset; i < offset + length; i++) {
      if (record[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void walkStatus(int span) throws IOException {
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.STATUS_CODE) {
        spans.status[span] = (byte) in.varint32();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }

  /**
   * Reads a {@code KeyValue}. The value can precede the key on the wire.
   *
   * @return index of its key, whose value is in {@link #attribute}; negative if it is not needed
   */
  private int walkAttribute() throws IOException {
    int outer = in.enter();
    int end = in.limit();
    int length = PlainKeyValue.keyLength(record, in.at(), end);
    int key = length < 0 ? readWantedAttribute() : readPlainAttribute(length);
    in.resume(end, outer);
    return key;
  }

  /** Reads a {@link PlainKeyValue}, like {@link #readWantedAttribute}. */
  private int readPlainAttribute(int keyLength) throws IOException {
    int key = listener.attributeKey(record, in.at() + PlainKeyValue.BEFORE_KEY, keyLength);
    if (key < 0) {
      return key;
    }
    attribute.clear(record);
    in.pass(PlainKeyValue.BEFORE_KEY + keyLength + PlainKeyValue.VALUE_TAG);
    try {
      in.enter(); // the value ends where the attribute ends
      attribute.read(in);
      return key;
    } catch (InvalidProtocolBufferException broken) {
      return -1;
    }
  }

  /**
   * Reads an attribute to its end, or to the malformed byte. A malformed attribute is not reported,
   * so that a record is valid or invalid regardless of the listener.
   */
  private int readWantedAttribute() throws IOException {
    int key = -1;
    attribute.clear(record);
    try {
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        if (tag == OtlpFields.KEY_VALUE_KEY) {
          int length = in.length();
          int offset = in.at();
          in.pass(length);
          key = listener.attributeKey(record, offset, length);
        } else if (tag == OtlpFields.KEY_VALUE_VALUE) {
          int outer = in.enter();
          attribute.read(in);
          in.leave(outer);
        } else {
          in.skip(tag);
        }
      }
      return key;
    } catch (InvalidProtocolBufferException broken) {
      return -1;
    }
  }
}
