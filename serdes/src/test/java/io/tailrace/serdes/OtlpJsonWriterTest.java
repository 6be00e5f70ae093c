package io.tailrace.serdes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OtlpJsonWriterTest {
  /** Drops unknown fields, which JSON has no way to write. */
  private static final Parser<TracesData> KNOWN =
      DiscardUnknownFieldsParser.wrap(TracesData.parser());

  private final OtlpJsonWriter writer = new OtlpJsonWriter();
  private final OtlpJsonReader reader = OtlpJsonReader.ofAllSignals();

  @Test
  void writesAsTheSpecificationHasIt() throws Exception {
    Span span =
        Span.newBuilder()
            .setTraceId(Otlp.traceId(-2))
            .setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, -8}))
            .setKindValue(2)
            .setStartTimeUnixNano(-1)
            .setFlags(-1)
            .setDroppedEventsCount(-1)
            .addAttributes(Otlp.string("text", "ä\"\n"))
            .addAttributes(value(AnyValue.newBuilder().setIntValue(Long.MIN_VALUE)))
            .addAttributes(value(AnyValue.newBuilder().setDoubleValue(Double.NaN)))
            .addAttributes(value(AnyValue.newBuilder().setDoubleValue(0.5)))
            .addAttributes(value(AnyValue.newBuilder().setBoolValue(false)))
            .addAttributes(
                value(AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(new byte[] {0, -1}))))
            .setStatus(Status.newBuilder().setCodeValue(2))
            .build();
    assertThat(new String(writer.toJson(Otlp.request(span).toByteArray()), UTF_8))
        .isEqualTo(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},\
            "scopeSpans":[{"spans":[{"traceId":"0000000000000001fffffffffffffffe","spanId":"01020304050607f8",\
            "flags":4294967295,"kind":2,"startTimeUnixNano":"18446744073709551615","attributes":[\
            {"key":"text","value":{"stringValue":"ä\\"\\n"}},\
            {"key":"k","value":{"intValue":"-9223372036854775808"}},\
            {"key":"k","value":{"doubleValue":"NaN"}},\
            {"key":"k","value":{"doubleValue":0.5}},\
            {"key":"k","value":{"boolValue":false}},\
            {"key":"k","value":{"bytesValue":"AP8="}}],\
            "droppedEventsCount":4294967295,"status":{"code":2}}]}]}]}""");
  }

  @Test
  void losesNothingButUnknownFields() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      comesBack(new RandomOtlp(seed).request().toByteString());
    }
  }

  /** Fields of a list that do not stand together, messages in parts, scalars that are set twice. */
  @Test
  void putsTogetherWhatIsWrittenInParts() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      RandomOtlp random = new RandomOtlp(seed);
      ByteString span = random.span().toByteString().concat(random.span().toByteString());
      ByteString scope = field(2, span).concat(field(1, ByteString.EMPTY)).concat(field(2, span));
      comesBack(
          field(1, field(2, scope).concat(field(3, ByteString.EMPTY)).concat(field(2, scope))));
    }
  }

  @Test
  void refusesWhatIsNestedTooDeeply() {
    ByteString value = ByteString.EMPTY;
    for (int i = 0; i < 200; i++) {
      value = field(5, field(1, value));
    }
    byte[] deep = field(1, field(1, field(1, field(2, value)))).toByteArray();
    assertThatThrownBy(() -> writer.toJson(deep))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("nested too deeply");
  }

  /** Any other exception than the one that is declared ends the test. */
  @Test
  void survivesWhateverItIsGiven() throws Exception {
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new RandomOtlp(i % 40).request().toByteArray();
      for (int j = random.nextInt(4); j > 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        byte[] json = writer.toJson(bytes);
        assertThat(json).startsWith('{').endsWith('}');
      } catch (MalformedOtlpException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 2900);
  }

  private void comesBack(ByteString tracesData) throws Exception {
    byte[] json = writer.toJson(tracesData.toByteArray());
    assertThat(TracesData.parseFrom(reader.toProtobuf(json, 0, json.length)))
        .isEqualTo(KNOWN.parseFrom(tracesData));
  }

  private static ByteString field(int number, ByteString message) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(message).build())
        .build()
        .toByteString();
  }

  private static KeyValue value(AnyValue.Builder value) {
    return Otlp.attribute("k", value.build());
  }
}
