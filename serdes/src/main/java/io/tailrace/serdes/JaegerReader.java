package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one {@code jaeger.api_v2.Span}. Reused. Not thread-safe. */
final class JaegerReader {
  private static final int TRACE_ID = bytes(1);
  private static final int SPAN_ID = bytes(2);
  private static final int OPERATION_NAME = bytes(3);
  private static final int REFERENCES = bytes(4);
  private static final int START_TIME = bytes(6);
  private static final int DURATION = bytes(7);
  private static final int TAGS = bytes(8);
  private static final int LOGS = bytes(9);
  private static final int PROCESS = bytes(10);

  private static final int REFERENCE_TRACE_ID = bytes(1);
  private static final int REFERENCE_SPAN_ID = bytes(2);
  private static final int REFERENCE_TYPE = varint(3);

  private static final int PROCESS_SERVICE_NAME = bytes(1);
  private static final int PROCESS_TAGS = bytes(2);

  private static final int LOG_TIMESTAMP = bytes(1);
  private static final int LOG_FIELDS = bytes(2);

  private static final int KEY = bytes(1);
  private static final int TYPE = varint(2);
  private static final int TEXT = bytes(3);
  private static final int BOOL = varint(4);
  private static final int INT = varint(5);
  private static final int DOUBLE = 6 << 3 | WireFormat.WIRETYPE_FIXED64;
  private static final int BINARY = bytes(7);

  private static final int SECONDS = varint(1);
  private static final int NANOS = varint(2);
  private static final long NANOS_A_SECOND = 1_000_000_000;
  private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS_A_SECOND - 1;

  /** Value types of {@code model.proto}. The default is text. */
  private static final int TYPE_BOOL = 1;

  private static final int TYPE_INT = 2;
  private static final int TYPE_DOUBLE = 3;
  private static final int TYPE_BINARY = 4;

  /** Fields of a span. */
  static final class Span {
    TraceId traceId = new TraceId(0, 0);
    long spanId;
    String operationName = "";
    long startTime;
    long duration;
    String serviceName = "";
    final Map<String, Object> tags = new LinkedHashMap<>();
    final Map<String, Object> processTags = new LinkedHashMap<>();
    final List<Reference> references = new ArrayList<>();
    final List<Log> logs = new ArrayList<>();
  }

  record Reference(TraceId traceId, long spanId, boolean childOf) {}

  record Log(long time, Map<String, Object> fields) {}

  private final WireReader in = new WireReader();

  Span read(byte[] record) throws IOException {
    in.of(record, 0, record.length);
    Span span = new Span();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == TRACE_ID) {
        span.traceId = traceId();
      } else if (tag == SPAN_ID) {
        span.spanId = spanId();
      } else if (tag == OPERATION_NAME) {
        span.operationName = in.text();
      } else if (tag == REFERENCES) {
        span.references.add(reference());
      } else if (tag == START_TIME) {
        span.startTime = time();
      } else if (tag == DURATION) {
        span.duration = nanos();
      } else if (tag == TAGS) {
        readTag(span.tags);
      } else if (tag == LOGS) {
        span.logs.add(log());
      } else if (tag == PROCESS) {
        readProcess(span);
      } else {
        in.skip(tag);
      }
    }
    return span;
  }

  private Reference reference() throws IOException {
    TraceId traceId = new TraceId(0, 0);
    long spanId = 0;
    int type = 0;
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == REFERENCE_TRACE_ID) {
        traceId = traceId();
      } else if (tag == REFERENCE_SPAN_ID) {
        spanId = spanId();
      } else if (tag == REFERENCE_TYPE) {
        type = in.varint32();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    return new Reference(traceId, spanId, type == 0);
  }

  private void readProcess(Span span) throws IOException {
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == PROCESS_SERVICE_NAME) {
        span.serviceName = in.text();
      } else if (tag == PROCESS_TAGS) {
        readTag(span.processTags);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }

  private Log log() throws IOException {
    long time = 0;
    Map<String, Object> fields = new LinkedHashMap<>();
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == LOG_TIMESTAMP) {
        time = time();
      } else if (tag == LOG_FIELDS) {
        readTag(fields);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    return new Log(time, fields);
  }

  /** Reads a tag. It has one field for each type and a field that selects the type. */
  private void readTag(Map<String, Object> to) throws IOException {
    String key = "";
    int type = 0;
    String text = "";
    boolean bool = false;
    long number = 0;
    double real = 0;
    byte[] binary = {};
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == KEY) {
        key = in.text();
      } else if (tag == TYPE) {
        type = in.varint32();
      } else if (tag == TEXT) {
        text = in.text();
      } else if (tag == BOOL) {
        bool = in.varint64() != 0;
      } else if (tag == INT) {
        number = in.varint64();
      } else if (tag == DOUBLE) {
        real = Double.longBitsToDouble(in.fixed64());
      } else if (tag == BINARY) {
        binary = in.bytes();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    switch (type) {
      case TYPE_BOOL -> to.put(key, bool);
      case TYPE_INT -> to.put(key, number);
      case TYPE_DOUBLE -> to.put(key, real);
      case TYPE_BINARY -> to.put(key, binary);
      default -> to.put(key, text);
    }
  }

  private TraceId traceId() throws IOException {
    byte[] id = in.bytes();
    if (id.length == Long.BYTES) {
      return new TraceId(0, ByteBuffer.wrap(id).getLong());
    }
    if (id.length == TraceId.BYTES) {
      ByteBuffer both = ByteBuffer.wrap(id);
      return new TraceId(both.getLong(), both.getLong());
    }
    throw new InvalidProtocolBufferException(
        "trace id of " + id.length + " bytes (expected: 8 or 16)");
  }

  private long spanId() throws IOException {
    byte[] id = in.bytes();
    if (id.length != Long.BYTES) {
      throw new InvalidProtocolBufferException("span id of " + id.length + " bytes (expected: 8)");
    }
    return ByteBuffer.wrap(id).getLong();
  }

  /** Reads a time. Times before 1970 become 0. */
  private long time() throws IOException {
    return Math.max(0, nanos());
  }

  private long nanos() throws IOException {
    long seconds = 0;
    long nanos = 0;
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == SECONDS) {
        seconds = in.varint64();
      } else if (tag == NANOS) {
        nanos = (int) in.varint64();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    if (seconds > MAX_SECONDS || nanos <= -NANOS_A_SECOND || nanos >= NANOS_A_SECOND) {
      throw new InvalidProtocolBufferException(
          "time of %ds and %dns (expected: at most %ds, and less than a second of nanoseconds)"
              .formatted(seconds, nanos, MAX_SECONDS));
    }
    return Math.max(seconds, -MAX_SECONDS) * NANOS_A_SECOND + nanos;
  }

  private static int bytes(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static int varint(int field) {
    return field << 3 | WireFormat.WIRETYPE_VARINT;
  }
}
