package io.tailrace.serdes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import com.google.protobuf.TextFormat;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The generated classes are the judge. */
class OtlpJsonReaderTest {
  /** Drops unknown fields, which JSON has no way to write. */
  private static final Parser<TracesData> KNOWN =
      DiscardUnknownFieldsParser.wrap(TracesData.parser());

  private final OtlpJsonReader reader = OtlpJsonReader.ofAllSignals();

  @Test
  void theTableIsWhatTheSpecificationSays() {
    compare(OtlpSchema.TRACES_DATA, TracesData.getDescriptor(), new HashSet<>());
  }

  private static void compare(MessageType type, Descriptor official, Set<MessageType> seen) {
    if (!seen.add(type)) {
      return;
    }
    assertThat(type.fields()).as(official.getFullName()).hasSize(official.getFields().size());
    for (FieldDescriptor expected : official.getFields()) {
      MessageType.Field field = type.field(expected.getJsonName());
      assertThat(field).as(expected.getFullName()).isNotNull();
      assertThat(type.field(expected.getName())).as(expected.getFullName()).isSameAs(field);
      assertThat(field.number()).as(expected.getFullName()).isEqualTo(expected.getNumber());
      assertThat(field.repeated()).as(expected.getFullName()).isEqualTo(expected.isRepeated());
      assertThat(field.omitsDefault())
          .as(expected.getFullName())
          .isEqualTo(!expected.isRepeated() && expected.getContainingOneof() == null);
      String kind =
          switch (expected.getType()) {
            case ENUM -> expected.getName().equals("kind") ? "SPAN_KIND" : "STATUS_CODE";
            case BYTES ->
                expected.getName().replaceFirst("parent_|_value", "").toUpperCase(Locale.ROOT);
            default -> expected.getType().name();
          };
      assertThat(field.kind().name()).as(expected.getFullName()).isIn(kind, kind + "S");
      if (field.type() != null) {
        compare(field.type(), expected.getMessageType(), seen);
      }
    }
  }

  @Test
  void readsEveryDialect() throws Exception {
    for (int seed = 0; seed < 500; seed++) {
      TracesData data = KNOWN.parseFrom(new RandomOtlp(seed).request().toByteString());
      readsAs(data, new JsonDialect(seed).write(data));
    }
  }

  /** Fields that {@link RandomOtlp} leaves out, and extremes. */
  @Test
  void readsRareFieldsAndExtremes() throws Exception {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(Otlp.traceId(-1))
            .setStartTimeUnixNano(-1)
            .setEndTimeUnixNano(Long.MIN_VALUE)
            .setFlags(-1)
            .setDroppedLinksCount(Integer.MIN_VALUE)
            .setKindValue(77)
            .setName("\u0000\"\\\n\u007f\u0080ß漢🚰" + "x".repeat(20_000) + "ü".repeat(20_000))
            .setStatus(Status.getDefaultInstance())
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(Otlp.traceId(5))
                    .setSpanId(ByteString.copyFromUtf8("8 bytes!"))
                    .setFlags(0x300)
                    .setDroppedAttributesCount(3)
                    .addAttributes(Otlp.string("a", "")));
    for (double value :
        new double[] {
          0,
          -0.0,
          Double.MIN_VALUE,
          Double.MAX_VALUE,
          1e100,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY
        }) {
      span.addAttributes(attribute(AnyValue.newBuilder().setDoubleValue(value)));
    }
    for (long value : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      span.addAttributes(attribute(AnyValue.newBuilder().setIntValue(value)));
    }
    span.addAttributes(attribute(AnyValue.newBuilder().setBoolValue(false)))
        .addAttributes(attribute(AnyValue.newBuilder().setBytesValue(ByteString.EMPTY)))
        .addAttributes(attribute(AnyValue.newBuilder().setStringValueStrindex(-4)))
        .addAttributes(KeyValue.newBuilder().setKeyStrindex(9));
    TracesData data =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(
                        Resource.newBuilder()
                            .addEntityRefs(
                                EntityRef.newBuilder()
                                    .setSchemaUrl("u")
                                    .setType("host")
                                    .addIdKeys("host.id")
                                    .addIdKeys("")
                                    .addDescriptionKeys("host.name")))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build();
    for (int seed = 0; seed < 50; seed++) {
      readsAs(data, new JsonDialect(seed).write(data));
    }
  }

  @Test
  void readsALineOfTheCollectorsFileExporter() throws Exception {
    String line =
        """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},\
        "scopeSpans":[{"scope":{"name":"io.shop","version":"1.2"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",\
        "spanId":"eee19b7ec3c1b174","parentSpanId":"","flags":256,"name":"GET /cart","kind":2,\
        "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",\
        "attributes":[{"key":"http.status","value":{"intValue":"500"}},{"key":"empty","value":{"stringValue":""}},\
        {"key":"list","value":{"arrayValue":{"values":[{"doubleValue":0.5},{"boolValue":true}]}}},\
        {"key":"raw","value":{"bytesValue":"AP8="}},{"key":"none","value":{}}],\
        "events":[{"timeUnixNano":"1544712660500000000","name":"exception"}],\
        "status":{"message":"no stock","code":2}}]}],"schemaUrl":"https://opentelemetry.io/schemas/1.4.0"}]}
        """;
    String expected =
        """
        resource_spans {
          resource { attributes { key: "service.name" value { string_value: "cart" } } }
          schema_url: "https://opentelemetry.io/schemas/1.4.0"
          scope_spans {
            scope { name: "io.shop" version: "1.2" }
            spans {
              trace_id: "[\\216\\377\\367\\230\\003\\201\\003\\322i\\2663\\201?\\306\\f"
              span_id: "\\356\\341\\233~\\303\\301\\261t"
              flags: 256
              name: "GET /cart"
              kind: SPAN_KIND_SERVER
              start_time_unix_nano: 1544712660000000000
              end_time_unix_nano: 1544712661000000000
              attributes { key: "http.status" value { int_value: 500 } }
              attributes { key: "empty" value { string_value: "" } }
              attributes {
                key: "list"
                value { array_value { values { double_value: 0.5 } values { bool_value: true } } }
              }
              attributes { key: "raw" value { bytes_value: "\\000\\377" } }
              attributes { key: "none" value { } }
              events { time_unix_nano: 1544712660500000000 name: "exception" }
              status { message: "no stock" code: STATUS_CODE_ERROR }
            }
          }
        }
        """;
    readsAs(TextFormat.parse(expected, TracesData.class), line);
  }

  @Test
  void readsIntegersHoweverTheyAreWritten() throws Exception {
    for (String number : List.of("1500", "\"1500\"", "1.5e3", "\"1500.0\"", "\"+1500\"", "15E+2")) {
      assertThat(span("\"startTimeUnixNano\":" + number).getStartTimeUnixNano())
          .as(number)
          .isEqualTo(1500);
    }
  }

  @Test
  void keepsThePlaceOfValuesThatAreNull() throws Exception {
    Span span =
        span(
            """
            "attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":1},null,{"intValue":2}]}}}]
            """);
    assertThat(span.getAttributes(0).getValue().getArrayValue().getValuesList())
        .extracting(AnyValue::getIntValue)
        .containsExactly(1L, 0L, 2L);
  }

  @Test
  void readsPartOfAnArray() throws Exception {
    byte[] json = "[[{\"resourceSpans\":[{}]}]]".getBytes(UTF_8);
    assertThat(TracesData.parseFrom(reader.toProtobuf(json, 2, json.length - 4)))
        .isEqualTo(
            TracesData.newBuilder().addResourceSpans(ResourceSpans.getDefaultInstance()).build());
  }

  @ParameterizedTest
  @MethodSource("objectsWithoutSpans")
  void readsNothing_whenThereIsNoSpanAndNoFault(String json) throws Exception {
    assertThat(read(json)).isEmpty();
  }

  @Test
  void refusesOtherSignals_whereThereAreOnlyTraces() {
    byte[] json = "{\"resourceLogs\":[]}".getBytes(UTF_8);
    assertThatThrownBy(() -> OtlpJsonReader.ofTraces().toProtobuf(json, 0, json.length))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessage("resourceLogs: unknown (expected: resourceSpans)");
  }

  static Stream<String> objectsWithoutSpans() {
    return Stream.of(
        "{}",
        "{\"resourceSpans\":[]}",
        "{\"resourceSpans\":null}",
        "{\"resourceMetrics\":[{\"resource\":{}}]}",
        "{\"resourceLogs\":[]}",
        "{\"future\":1,\"resource_spans\":[]}");
  }

  @Test
  void whatItReadsAtItsDeepestOthersReadToo() throws Exception {
    // Root, resource, scope, span and key: 94 of 100 messages are left, two a list.
    assertThat(TracesData.parseFrom(read(nested(47))).toString()).contains("deep");
    assertThatThrownBy(() -> read(nested(48)))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageStartingWith("resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.")
        .hasMessageEndingWith("{…} (expected: at most 100 nested messages)");
  }

  private static String nested(int lists) {
    return spanJson(
        "\"attributes\":[{\"key\":\"a\",\"value\":"
            + "{\"arrayValue\":{\"values\":[".repeat(lists)
            + "{\"stringValue\":\"deep\"}"
            + "]}}".repeat(lists)
            + "}]");
  }

  @ParameterizedTest
  @MethodSource("faults")
  void saysWhatIsWrongAndWhere(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessage(message);
  }

  static Stream<Arguments> faults() {
    String span = "resourceSpans[0].scopeSpans[0].spans[0].";
    String value = span + "attributes[0].value.";
    String time = " (expected: a whole number from 0 to 18446744073709551615)";
    String number =
        " (expected: a number within the range of a double, \"NaN\", \"Infinity\" or \"-Infinity\")";
    return Stream.of(
        Arguments.of("", "nothing (expected: a JSON object)"),
        Arguments.of("[]", "[…] (expected: a JSON object)"),
        Arguments.of("7", "7 (expected: a JSON object)"),
        Arguments.of("{\"data\":[]}", "data: unknown (expected: resourceSpans)"),
        Arguments.of("{} {}", "{…} (expected: nothing after the JSON object)"),
        Arguments.of("{\"resourceSpans\":{}}", "resourceSpans: {…} (expected: a JSON array)"),
        Arguments.of("{\"resourceSpans\":[[]]}", "resourceSpans[0]: […] (expected: a JSON object)"),
        Arguments.of(
            "{\"resourceSpans\":[{},{\"scopeSpans\":[{\"spans\":[{\"na",
            "resourceSpans[1].scopeSpans[0].spans[0]: ends at byte 50 (expected: more JSON)"),
        Arguments.of(
            "{\"resourceSpans\":[{},{\"schemaUrl\" \"a\"}]}",
            "resourceSpans[1].schemaUrl: not JSON at byte 35: Unexpected character ('\"' (code 34)): was"
                + " expecting a colon to separate field name and value"),
        Arguments.of(
            spanJson("\"traceId\":\"xyz\""), span + "traceId: \"xyz\" (expected: 32 hex digits)"),
        Arguments.of(
            spanJson("\"traceId\":\"5b8efff798038103d269b633813fc60g\""),
            span + "traceId: \"5b8efff798038103d269b633813fc60g\" (expected: 32 hex digits)"),
        Arguments.of(
            spanJson("\"links\":[{},{\"spanId\":\"" + "0".repeat(100) + "\"}]"),
            span + "links[1].spanId: \"" + "0".repeat(64) + "…\" (expected: 16 hex digits)"),
        Arguments.of(spanJson("\"spanId\":7"), span + "spanId: 7 (expected: 16 hex digits)"),
        Arguments.of(spanJson("\"name\":[1]"), span + "name: […] (expected: a string)"),
        Arguments.of(spanJson("\"name\":true"), span + "name: true (expected: a string)"),
        Arguments.of(spanJson("\"startTimeUnixNano\":-1"), span + "startTimeUnixNano: -1" + time),
        Arguments.of(
            spanJson("\"endTimeUnixNano\":\"18446744073709551616\""),
            span + "endTimeUnixNano: \"18446744073709551616\"" + time),
        Arguments.of(
            spanJson("\"endTimeUnixNano\":1e999999999"),
            span + "endTimeUnixNano: 1e999999999" + time),
        Arguments.of(
            spanJson("\"endTimeUnixNano\":\"1e-999999999\""),
            span + "endTimeUnixNano: \"1e-999999999\"" + time),
        Arguments.of(
            spanJson("\"endTimeUnixNano\":\"" + "9".repeat(100_000) + "\""),
            span + "endTimeUnixNano: \"" + "9".repeat(64) + "…\"" + time),
        Arguments.of(spanJson("\"endTimeUnixNano\":\"\""), span + "endTimeUnixNano: \"\"" + time),
        Arguments.of(spanJson("\"endTimeUnixNano\":1.5"), span + "endTimeUnixNano: 1.5" + time),
        Arguments.of(spanJson("\"endTimeUnixNano\":true"), span + "endTimeUnixNano: true" + time),
        Arguments.of(
            spanJson("\"flags\":4294967296"),
            span + "flags: 4294967296 (expected: a whole number from 0 to 4294967295)"),
        Arguments.of(
            spanJson("\"status\":{\"code\":\"BROKEN\"}"),
            span
                + "status.code: \"BROKEN\" (expected: a number or one of STATUS_CODE_UNSET,"
                + " STATUS_CODE_OK, STATUS_CODE_ERROR)"),
        Arguments.of(
            spanJson("\"attributes\":{\"a\":1}"),
            span + "attributes: {…} (expected: a JSON array)"),
        Arguments.of(
            valueJson("\"boolValue\":1"), value + "boolValue: 1 (expected: true or false)"),
        Arguments.of(
            valueJson("\"bytesValue\":\"a\""), value + "bytesValue: \"a\" (expected: base64)"),
        Arguments.of(valueJson("\"doubleValue\":1e999"), value + "doubleValue: 1e999" + number),
        Arguments.of(
            valueJson("\"doubleValue\":\"0x1p3\""), value + "doubleValue: \"0x1p3\"" + number),
        Arguments.of(valueJson("\"doubleValue\":{}"), value + "doubleValue: {…}" + number));
  }

  @Test
  void refusesWhatIsNestedBeyondReason() {
    String deep = "{\"future\":" + "[".repeat(1_000_000);
    assertThatThrownBy(() -> read(deep)).isInstanceOf(MalformedOtlpException.class);
  }

  /** Any other exception than the one that is declared ends the test. */
  @Test
  void survivesWhateverItIsGiven() throws Exception {
    Random random = new Random(4);
    byte[] tokens = "{}[]\",:\\-e9tn\u0000\u00ff".getBytes(ISO_8859_1);
    int read = 0;
    int refused = 0;
    for (int seed = 0; seed < 40; seed++) {
      String valid = new JsonDialect(seed).write(new RandomOtlp(seed).request());
      for (int variant = 0; variant < 50; variant++) {
        byte[] json = valid.getBytes(UTF_8);
        int length = random.nextInt(4) == 0 ? random.nextInt(json.length + 1) : json.length;
        for (int i = random.nextInt(4); i > 0 && length > 0; i--) {
          json[random.nextInt(length)] =
              random.nextBoolean()
                  ? (byte) random.nextInt()
                  : tokens[random.nextInt(tokens.length)];
        }
        try {
          TracesData.parseFrom(reader.toProtobuf(json, 0, length));
          read++;
        } catch (MalformedOtlpException e) {
          assertThat(e.getMessage()).hasSizeLessThan(800);
          refused++;
        }
      }
    }
    assertThat(read).isGreaterThan(200);
    assertThat(refused).isGreaterThan(200);
  }

  private void readsAs(TracesData expected, String json) throws Exception {
    assertThat(TracesData.parseFrom(read(json))).as(json).isEqualTo(expected);
  }

  private byte[] read(String json) throws MalformedOtlpException {
    byte[] bytes = json.getBytes(UTF_8);
    return reader.toProtobuf(bytes, 0, bytes.length);
  }

  private Span span(String fields) throws Exception {
    return TracesData.parseFrom(read(spanJson(fields)))
        .getResourceSpans(0)
        .getScopeSpans(0)
        .getSpans(0);
  }

  private static String spanJson(String fields) {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + fields + "}]}]}]}";
  }

  private static String valueJson(String field) {
    return spanJson("\"attributes\":[{\"key\":\"k\",\"value\":{" + field + "}}]");
  }

  private static KeyValue attribute(AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey("k").setValue(value).build();
  }
}
