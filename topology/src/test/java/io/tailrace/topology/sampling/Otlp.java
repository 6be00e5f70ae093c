package io.tailrace.topology.sampling;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.List;

/** Small OTLP messages for tests. */
public final class Otlp {
  private Otlp() {}

  public static TracesData request(Span... spans) {
    return TracesData.newBuilder()
        .addResourceSpans(
            resource("shop").addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
        .build();
  }

  public static List<Span> spans(byte[] tracesData) {
    try {
      return TracesData.parseFrom(tracesData).getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .toList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  public static ResourceSpans.Builder resource(String service) {
    return ResourceSpans.newBuilder()
        .setResource(Resource.newBuilder().addAttributes(string("service.name", service)));
  }

  public static Span span(long trace) {
    return Span.newBuilder().setTraceId(traceId(trace)).setName("op").build();
  }

  public static Span child(long trace, String name) {
    return span(trace).toBuilder()
        .setName(name)
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .build();
  }

  public static Span error(long trace) {
    return child(trace, "failed").toBuilder()
        .setStatus(Status.newBuilder().setCodeValue(2))
        .build();
  }

  public static ByteString traceId(long low) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1).putLong(low).array());
  }

  public static KeyValue string(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value).build());
  }

  public static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
