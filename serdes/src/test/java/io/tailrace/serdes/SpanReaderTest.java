package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The generated classes are the judge. */
class SpanReaderTest {
  private final SpanScan scan = new SpanScan();
  private final SpanReader reader = new SpanReader();

  @Test
  void tellsWhatTheGeneratedClassesTell() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      tellsTheSame(new RandomOtlp(seed).request().toByteArray());
    }
  }

  /** Protobuf allows a message in several parts, which readers must merge. */
  @Test
  void putsMessagesTogetherThatAreWrittenInParts() throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      RandomOtlp random = new RandomOtlp(seed);
      ByteString span = parts(random.span(), status("first", 2), random.span(), status("", 1));
      List<KeyValue> attributes = random.attributes();
      attributes.addAll(random.attributes());
      for (int i = 1; i < attributes.size(); i++) {
        span = span.concat(field(9, parts(attributes.get(i - 1), attributes.get(i))));
        AnyValue first = attributes.get(i - 1).getValue();
        AnyValue second = attributes.get(i).getValue();
        ByteString key = KeyValue.newBuilder().setKey("torn" + i).build().toByteString();
        span = span.concat(field(9, field(2, parts(first, second)).concat(key)));
      }
      ByteString scope =
          field(1, InstrumentationScope.newBuilder().setName("a").setVersion("1").build())
              .concat(
                  field(1, InstrumentationScope.newBuilder().addAllAttributes(attributes).build()))
              .concat(field(2, span))
              .concat(field(1, InstrumentationScope.newBuilder().setName("b").build()));
      ByteString resource =
          field(1, Resource.newBuilder().addAllAttributes(attributes).build())
              .concat(field(2, scope))
              .concat(field(1, Resource.newBuilder().addAllAttributes(attributes).build()));

      tellsTheSame(field(1, resource).toByteArray());
    }
  }

  @Test
  void throwsNothingButTheDocumentedError() throws Exception {
    int judged = 0;
    for (int seed = 0; seed < 1_500; seed++) {
      byte[] record = new RandomOtlp(seed % 50).request().toByteArray();
      Random random = new Random(seed);
      for (int i = 0; i < 3 && record.length > 0; i++) {
        record[random.nextInt(record.length)] = (byte) random.nextInt(256);
      }
      if (parses(record)) {
        tellsTheSame(record);
        judged++;
      } else {
        readAllThatCanBe(record);
      }
    }
    assertThat(judged).isGreaterThan(200);
  }

  @Test
  void brokenValueHarmsNoOther() throws Exception {
    ByteString broken = ByteString.copyFromUtf8("broken");
    Span span =
        Otlp.span(1).toBuilder()
            .addAttributes(Otlp.string("good", "g"))
            .setUnknownFields(
                unknown(9, field(1, ByteString.copyFromUtf8("bad")).concat(field(2, broken))))
            .build();
    read(Otlp.request(span).toByteArray());

    assertThat(reader.name()).isEqualTo("op");
    assertThat(reader.attributes().get("good")).isEqualTo("g");
    assertThat(reader.attributes().get("none")).isNull();
    assertThatThrownBy(() -> reader.attributes().get("bad"))
        .isInstanceOf(MalformedOtlpException.class);
    assertThatThrownBy(() -> reader.attributes().toMap())
        .isInstanceOf(MalformedOtlpException.class);
  }

  @Test
  void brokenEventHarmsNoOther() throws Exception {
    Span span =
        Otlp.span(1).toBuilder()
            .addEvents(Span.Event.newBuilder().setName("good"))
            .setUnknownFields(unknown(11, ByteString.copyFromUtf8("broken")))
            .build();
    read(Otlp.request(span).toByteArray());

    assertThat(reader.eventCount()).isEqualTo(2);
    assertThatThrownBy(() -> reader.event(1).name()).isInstanceOf(MalformedOtlpException.class);
    assertThat(reader.event(0).name()).isEqualTo("good");
  }

  @Test
  void showsBytesThatAreNotUtf8() throws Exception {
    Span span =
        Otlp.span(1).toBuilder()
            .setUnknownFields(unknown(5, ByteString.copyFrom(new byte[] {'a', -1, 'b'})))
            .build();
    read(Otlp.request(span).toByteArray());

    assertThat(reader.name()).isEqualTo("a\uFFFDb");
  }

  @Test
  void boundsTheDepthOfValues() throws Exception {
    read(Otlp.request(nested(AnyValues.MAX_DEPTH)).toByteArray());
    Object value = reader.attributes().get("deep");
    for (int i = 0; i < AnyValues.MAX_DEPTH; i++) {
      value = ((List<?>) value).get(0);
    }
    assertThat(value).isEqualTo(1L);

    read(Otlp.request(nested(AnyValues.MAX_DEPTH + 1)).toByteArray());
    assertThatThrownBy(() -> reader.attributes().get("deep"))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("at most 100 levels");
  }

  /** As conditions on events do that look at attributes of the span, scope and resource. */
  @Test
  void manyQuestionsAboutLargeSpansTakeNoQuadraticTime() throws Exception {
    int many = 100_000;
    List<KeyValue> attributes = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      attributes.add(Otlp.string("k" + i, "v"));
    }
    Span span = Otlp.span(1).toBuilder().addAllAttributes(attributes).build();
    Span broken =
        span.toBuilder().setUnknownFields(unknown(9, ByteString.copyFromUtf8("broken"))).build();
    byte[] record =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAllAttributes(attributes))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span).addSpans(broken)))
            .build()
            .toByteArray();
    read(record);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < many; i++) {
            reader.at(1);
            reader.at(0);
            assertThat(reader.resource().attributes().get("k" + (many - 1))).isEqualTo("v");
          }
          for (int i = 0; i < many; i++) {
            assertThat(reader.attributes().get("none")).isNull();
            assertThat(reader.attributes().toMap()).hasSize(many);
          }
          reader.at(1);
          for (int i = 0; i < many; i++) {
            assertThatThrownBy(() -> reader.attributes().get("none"))
                .isInstanceOf(MalformedOtlpException.class);
          }
        });
  }

  private void read(byte[] record) throws MalformedOtlpException {
    scan.scan(record, null);
    reader.of(scan);
    reader.at(0);
  }

  static boolean parses(byte[] record) {
    try {
      TracesData.parseFrom(record);
      return true;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  void tellsTheSame(byte[] record) throws Exception {
    scan.scan(record, null);
    reader.of(scan);
    int span = 0;
    for (ResourceSpans resource : TracesData.parseFrom(record).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span expected : scope.getSpansList()) {
          reader.at(span++);
          tellsTheSame(expected);
          tellsTheSame(scope);
          tellsTheSame(resource);
        }
      }
    }
    assertThat(span).isEqualTo(scan.spanCount());
  }

  private void tellsTheSame(Span expected) throws Exception {
    assertThat(reader.traceId()).isEqualTo(expected.getTraceId().toByteArray());
    assertThat(reader.spanId()).isEqualTo(expected.getSpanId().toByteArray());
    assertThat(reader.parentSpanId()).isEqualTo(expected.getParentSpanId().toByteArray());
    assertThat(reader.traceState()).isEqualTo(expected.getTraceState());
    assertThat(reader.name()).isEqualTo(expected.getName());
    assertThat(reader.kind()).isEqualTo(expected.getKindValue());
    assertThat(reader.startUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    assertThat(reader.endUnixNanos()).isEqualTo(expected.getEndTimeUnixNano());
    assertThat(reader.statusCode()).isEqualTo(expected.getStatus().getCodeValue());
    assertThat(reader.statusMessage()).isEqualTo(expected.getStatus().getMessage());
    assertThat(reader.flags()).isEqualTo(unsigned(expected.getFlags()));
    tellsTheSame(reader.attributes(), expected.getAttributesList());
    assertThat(reader.droppedAttributesCount())
        .isEqualTo(unsigned(expected.getDroppedAttributesCount()));
    assertThat(reader.droppedEventsCount()).isEqualTo(unsigned(expected.getDroppedEventsCount()));
    assertThat(reader.droppedLinksCount()).isEqualTo(unsigned(expected.getDroppedLinksCount()));
    assertThat(reader.linkCount()).isEqualTo(expected.getLinksCount());
    assertThat(reader.eventCount()).isEqualTo(expected.getEventsCount());
    for (int i = 0; i < expected.getEventsCount(); i++) {
      Span.Event event = expected.getEvents(i);
      EventReader read = reader.event(i);
      assertThat(read.name()).isEqualTo(event.getName());
      assertThat(read.timeUnixNanos()).isEqualTo(event.getTimeUnixNano());
      tellsTheSame(read.attributes(), event.getAttributesList());
      assertThat(read.droppedAttributesCount())
          .isEqualTo(unsigned(event.getDroppedAttributesCount()));
    }
  }

  private void tellsTheSame(ScopeSpans expected) throws Exception {
    ScopeReader read = reader.scope();
    assertThat(read.name()).isEqualTo(expected.getScope().getName());
    assertThat(read.version()).isEqualTo(expected.getScope().getVersion());
    tellsTheSame(read.attributes(), expected.getScope().getAttributesList());
    assertThat(read.droppedAttributesCount())
        .isEqualTo(unsigned(expected.getScope().getDroppedAttributesCount()));
    assertThat(read.schemaUrl()).isEqualTo(expected.getSchemaUrl());
  }

  private void tellsTheSame(ResourceSpans expected) throws Exception {
    ResourceReader read = reader.resource();
    tellsTheSame(read.attributes(), expected.getResource().getAttributesList());
    assertThat(read.droppedAttributesCount())
        .isEqualTo(unsigned(expected.getResource().getDroppedAttributesCount()));
    assertThat(read.schemaUrl()).isEqualTo(expected.getSchemaUrl());
  }

  private static void tellsTheSame(AttributesReader read, List<KeyValue> expected)
      throws Exception {
    Map<String, Object> map = map(expected);
    for (Map.Entry<String, Object> entry : map.entrySet()) {
      assertThat(read.get(entry.getKey())).usingRecursiveComparison().isEqualTo(entry.getValue());
      assertThat(read.get(entry.getKey() + "?")).isNull();
    }
    assertThat(read.toMap().keySet()).containsExactlyElementsOf(map.keySet());
    assertThat(read.toMap()).usingRecursiveComparison().isEqualTo(map);
  }

  private static Map<String, Object> map(List<KeyValue> attributes) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (KeyValue attribute : attributes) {
      if (!map.containsKey(attribute.getKey())) {
        map.put(attribute.getKey(), value(attribute.getValue()));
      }
    }
    return map;
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BYTES_VALUE -> value.getBytesValue().toByteArray();
      case ARRAY_VALUE -> {
        List<Object> list = new ArrayList<>();
        value.getArrayValue().getValuesList().forEach(item -> list.add(value(item)));
        yield list;
      }
      case KVLIST_VALUE -> map(value.getKvlistValue().getValuesList());
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> null;
    };
  }

  void readAllThatCanBe(byte[] record) {
    try {
      scan.scan(record, null);
    } catch (MalformedOtlpException expected) {
      return;
    }
    reader.of(scan);
    for (int span = 0; span < scan.spanCount(); span++) {
      reader.at(span);
      for (Question question :
          List.<Question>of(
              reader::traceId,
              reader::spanId,
              reader::parentSpanId,
              reader::traceState,
              reader::name,
              reader::statusMessage,
              () -> reader.attributes().get("k1"),
              () -> reader.attributes().toMap(),
              () -> reader.scope().attributes().toMap(),
              () -> reader.scope().name(),
              () -> reader.resource().attributes().toMap(),
              () -> reader.resource().schemaUrl(),
              () -> reader.event(0).name(),
              () -> reader.event(0).attributes().toMap())) {
        try {
          question.ask();
        } catch (MalformedOtlpException expected) {
          assertThat(expected).hasMessageContaining(record.length + " bytes");
        } catch (IndexOutOfBoundsException noSuchEvent) {
          assertThat(noSuchEvent).hasMessage("Index 0 out of bounds for length 0");
        }
      }
    }
  }

  private interface Question {
    Object ask() throws MalformedOtlpException;
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  private static Span nested(int levels) {
    AnyValue value = AnyValue.newBuilder().setIntValue(1).build();
    for (int i = 0; i < levels; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    return Otlp.span(1).toBuilder().addAttributes(Otlp.attribute("deep", value)).build();
  }

  private static Span status(String message, int code) {
    return Span.newBuilder()
        .setStatus(Status.newBuilder().setMessage(message).setCodeValue(code))
        .build();
  }

  private static ByteString parts(Message... messages) {
    ByteString all = ByteString.EMPTY;
    for (Message message : messages) {
      all = all.concat(message.toByteString());
    }
    return all;
  }

  private static ByteString field(int number, Message body) {
    return field(number, body.toByteString());
  }

  private static ByteString field(int number, ByteString body) {
    return unknown(number, body).toByteString();
  }

  private static UnknownFieldSet unknown(int number, ByteString body) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(body).build())
        .build();
  }
}
