package io.tailrace.topology.gateway;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.List;

/** Small requests for tests. */
final class Requests {
  private Requests() {}

  static byte[] of(Span... spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(text("service.name", "shop")))
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
        .build()
        .toByteArray();
  }

  static Span span(long trace) {
    return span(trace, "op");
  }

  static Span span(long trace, String name) {
    ByteBuffer id = ByteBuffer.allocate(16).putLong(1).putLong(trace).flip();
    return Span.newBuilder().setTraceId(ByteString.copyFrom(id)).setName(name).build();
  }

  static Span withoutTraceId() {
    return Span.newBuilder().setName("lost").build();
  }

  static String key(long trace) {
    return "%016x%016x".formatted(1, trace);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
