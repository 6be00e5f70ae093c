package io.tailrace.serdes;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.Random;

/** Random requests: few trace ids over many resources and scopes, all fields, some unknown. */
final class RandomOtlp {
  private final Random random;

  RandomOtlp(long seed) {
    random = new Random(seed);
  }

  TracesData request() {
    TracesData.Builder data = TracesData.newBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      data.addResourceSpans(resourceSpans());
    }
    return data.build();
  }

  private ResourceSpans resourceSpans() {
    ResourceSpans.Builder resource = ResourceSpans.newBuilder();
    if (random.nextInt(5) > 0) {
      resource.setResource(
          Resource.newBuilder()
              .addAttributes(attribute("service.name", "s" + random.nextInt(3)))
              .setDroppedAttributesCount(random.nextInt(2)));
    }
    if (random.nextInt(3) == 0) {
      resource.setSchemaUrl("https://opentelemetry.io/schemas/1." + random.nextInt(3));
    }
    if (random.nextInt(4) == 0) {
      resource.setUnknownFields(unknown());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      ScopeSpans.Builder scope = ScopeSpans.newBuilder();
      if (random.nextInt(4) > 0) {
        scope.setScope(InstrumentationScope.newBuilder().setName("lib" + random.nextInt(3)));
      }
      if (random.nextInt(4) == 0) {
        scope.setUnknownFields(unknown());
      }
      for (int j = random.nextInt(8); j > 0; j--) {
        scope.addSpans(span());
      }
      resource.addScopeSpans(scope);
    }
    return resource.build();
  }

  private Span span() {
    byte[] id = new byte[8];
    random.nextBytes(id);
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(
                ByteString.copyFrom(
                    ByteBuffer.allocate(16).putLong(7).putLong(1 + random.nextInt(6)).array()))
            .setSpanId(ByteString.copyFrom(id))
            .setName("op" + random.nextInt(9))
            .setKindValue(random.nextInt(6))
            .setStartTimeUnixNano(random.nextLong())
            .setEndTimeUnixNano(random.nextLong());
    if (random.nextBoolean()) {
      span.setParentSpanId(ByteString.copyFrom(id));
    }
    if (random.nextInt(3) == 0) {
      span.setStatus(Status.newBuilder().setCodeValue(random.nextInt(3)).setMessage("m"));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      span.addAttributes(attribute("k" + i, "v" + random.nextInt(99)));
    }
    if (random.nextInt(3) == 0) {
      span.addEvents(Span.Event.newBuilder().setName("e").addAttributes(attribute("x", "y")));
      span.addLinks(Span.Link.newBuilder().setTraceState("a=b"));
      span.setTraceState("c=d").setFlags(random.nextInt());
    }
    if (random.nextInt(4) == 0) {
      span.setUnknownFields(unknown());
    }
    return span.build();
  }

  private static KeyValue attribute(String key, String value) {
    AnyValue string = AnyValue.newBuilder().setStringValue(value).build();
    AnyValue array =
        AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(string)).build();
    return KeyValue.newBuilder().setKey(key).setValue(key.equals("k2") ? array : string).build();
  }

  private UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(
            900 + random.nextInt(9),
            UnknownFieldSet.Field.newBuilder()
                .addVarint(random.nextLong())
                .addLengthDelimited(ByteString.copyFromUtf8("future"))
                .addGroup(
                    UnknownFieldSet.newBuilder()
                        .addField(1, UnknownFieldSet.Field.newBuilder().addFixed32(5).build())
                        .build())
                .build())
        .build();
  }
}
