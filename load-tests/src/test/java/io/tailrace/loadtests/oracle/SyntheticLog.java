package io.tailrace.loadtests.oracle;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A log made by hand, a record a line. */
final class SyntheticLog {
  static final String ERRORS =
      "{\"policies\":[{\"name\":\"errors\",\"type\":\"status_code\",\"status_code\":{\"status_codes\":[\"ERROR\"]}}]}";
  static final String EVERYTHING =
      "{\"policies\":[{\"name\":\"everything\",\"type\":\"always_sample\"}]}";

  final List<LogRecord> ingest = new ArrayList<>();
  final List<LogRecord> config = new ArrayList<>();

  SyntheticLog write(int partition, long time, Span... spans) {
    return writeBytes(partition, time, request(spans).toByteArray());
  }

  SyntheticLog writeBytes(int partition, long time, byte[] value) {
    ingest.add(new LogRecord(partition, ingest.size(), time, null, value));
    return this;
  }

  SyntheticLog publish(long time, String document) {
    byte[] value = document.getBytes(StandardCharsets.UTF_8);
    config.add(new LogRecord(0, config.size(), time, "default", value));
    return this;
  }

  static TracesData request(Span... spans) {
    KeyValue service =
        KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(AnyValue.newBuilder().setStringValue("shop"))
            .build();
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(service))
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
        .build();
  }

  static Span span(long trace, long id) {
    return Span.newBuilder()
        .setTraceId(traceId(trace))
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array()))
        .setName("op " + id)
        .build();
  }

  static Span error(long trace, long id) {
    return span(trace, id).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  static String id(long trace) {
    return HexFormat.of().formatHex(traceId(trace).toByteArray());
  }

  private static ByteString traceId(long trace) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1).putLong(trace).array());
  }
}
