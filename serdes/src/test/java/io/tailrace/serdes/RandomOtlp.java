package io.tailrace.serdes;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
              .addAttributes(attribute("service.name", string("s" + random.nextInt(3))))
              .addAllAttributes(attributes())
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
        scope.setScope(
            InstrumentationScope.newBuilder()
                .setName("lib" + random.nextInt(3))
                .setVersion("1." + random.nextInt(3))
                .addAllAttributes(attributes())
                .setDroppedAttributesCount(random.nextInt(2)));
      }
      if (random.nextInt(3) == 0) {
        scope.setSchemaUrl("https://opentelemetry.io/schemas/2." + random.nextInt(3));
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

  Span span() {
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
    span.addAllAttributes(attributes());
    if (random.nextInt(3) == 0) {
      for (int i = random.nextInt(4); i > 0; i--) {
        span.addEvents(event());
      }
      span.addLinks(Span.Link.newBuilder().setTraceState("a=b"));
      span.setTraceState("c=d").setFlags(random.nextInt());
      span.setDroppedAttributesCount(random.nextInt())
          .setDroppedEventsCount(random.nextInt(3))
          .setDroppedLinksCount(random.nextInt(3));
    }
    if (random.nextInt(4) == 0) {
      span.setUnknownFields(unknown());
    }
    return span.build();
  }

  private Span.Event event() {
    return Span.Event.newBuilder()
        .setName("e" + random.nextInt(3))
        .setTimeUnixNano(random.nextLong())
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(random.nextInt(2))
        .build();
  }

  /** Some keys twice; now and then more than are looked through one by one. */
  List<KeyValue> attributes() {
    List<KeyValue> all = new ArrayList<>();
    for (int i = random.nextInt(60) == 0 ? 60 : random.nextInt(4); i > 0; i--) {
      all.add(attribute("k" + random.nextInt(i + 2), value(0)));
    }
    if (random.nextInt(4) == 0) {
      all.add(attribute("grüße" + random.nextInt(2), value(0)));
    }
    return all;
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (random.nextInt(depth < 4 ? 10 : 7)) {
      case 0 -> value.setBoolValue(random.nextBoolean());
      case 1 -> value.setIntValue(random.nextLong());
      case 2 -> value.setDoubleValue(random.nextDouble());
      case 3 -> value.setBytesValue(ByteString.copyFrom(new byte[] {-1, 0, (byte) depth}));
      case 4 -> {}
      case 5, 6 -> value.setStringValue("v" + random.nextInt(99));
      case 7, 8 -> {
        ArrayValue.Builder list = ArrayValue.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.addValues(value(depth + 1));
        }
        value.setArrayValue(list);
      }
      default -> {
        KeyValueList.Builder map = KeyValueList.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.addValues(attribute("m" + random.nextInt(3), value(depth + 1)));
        }
        value.setKvlistValue(map);
      }
    }
    return value.build();
  }

  private static AnyValue string(String value) {
    return AnyValue.newBuilder().setStringValue(value).build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
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
