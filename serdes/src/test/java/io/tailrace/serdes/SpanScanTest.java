package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class SpanScanTest {
  private final SpanScan scan = new SpanScan();

  @Test
  void readsWhatEverySummaryNeeds() throws Exception {
    Span root =
        Otlp.span(1).toBuilder()
            .setStartTimeUnixNano(5)
            .setEndTimeUnixNano(-1)
            .setStatus(Status.newBuilder().setMessage("x").setCodeValue(2))
            .build();
    Span child =
        Otlp.span(2).toBuilder().setParentSpanId(ByteString.copyFrom(new byte[] {0, 1})).build();
    Span zeroParent =
        Otlp.span(1).toBuilder().setParentSpanId(ByteString.copyFrom(new byte[8])).build();

    scan.scan(Otlp.request(root, child, zeroParent).toByteArray(), null);

    assertThat(scan.spanCount()).isEqualTo(3);
    assertThat(scan.traceCount()).isEqualTo(2);
    assertThat(scan.firstSpan(0)).isEqualTo(0);
    assertThat(scan.nextSpan(0)).isEqualTo(2);
    assertThat(scan.nextSpan(2)).isEqualTo(-1);
    assertThat(scan.traceLow(1)).isEqualTo(2);
    assertThat(scan.startUnixNanos(0)).isEqualTo(5);
    assertThat(scan.endUnixNanos(0)).isEqualTo(-1);
    assertThat(scan.status(0)).isEqualTo(2);
    assertThat(scan.status(1)).isZero();
    assertThat(scan.isRoot(0)).isTrue();
    assertThat(scan.isRoot(1)).isFalse();
    assertThat(scan.isRoot(2)).isTrue();
  }

  @Test
  void recordsOfAnotherFormatAreMalformed() throws Exception {
    assertThatThrownBy(() -> scan.scanReceived(otherFormat("jaeger-span-that-parses.bin"), null))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("98 bytes")
        .hasMessageContaining("no span but resourceSpans.resource.bytes that are not a message")
        .hasMessageContaining("expected: fields of OTLP traces only");
    assertThatThrownBy(() -> scan.scanReceived(otherFormat("jaeger-span.bin"), null))
        .isInstanceOf(MalformedOtlpException.class);
    scan.scanReceived(otherFormat("otlp-logs.bin"), null);
    assertThat(scan.traceCount()).isZero();
    assertThat(scan.firstInvalidSpan()).as("of a log record").isZero();
  }

  @Test
  void aRecordWithoutSpansMayHaveAllThatOtlpHas() throws Exception {
    byte[] resourceOnly =
        TracesData.newBuilder()
            .addResourceSpans(
                Otlp.resource("shop").addScopeSpans(ScopeSpans.newBuilder().setSchemaUrl("u")))
            .build()
            .toByteArray();
    scan.scanReceived(resourceOnly, null);
    assertThat(scan.spanCount()).isZero();
    scan.scanReceived(new byte[0], null);
    assertThat(scan.spanCount()).isZero();
    byte[] unknownInScope = {10, 4, 18, 2, 40, 1}; // resourceSpans.scopeSpans.field 5
    assertThatThrownBy(() -> scan.scanReceived(unknownInScope, null))
        .hasMessageContaining("resourceSpans.scopeSpans.field 5");
    byte[] span = Otlp.request(Otlp.span(1)).toByteArray();
    byte[] withUnknown = Arrays.copyOf(span, span.length + 2);
    withUnknown[span.length] = 40;
    scan.scanReceived(withUnknown, null);
    assertThat(scan.spanCount()).as("what a later version adds").isEqualTo(1);
  }

  private static byte[] otherFormat(String name) throws IOException {
    try (InputStream in = SpanScanTest.class.getResourceAsStream("/other-formats/" + name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void setsSpansWithoutAValidTraceIdApart() throws Exception {
    Span empty = Otlp.span(1).toBuilder().clearTraceId().build();
    Span shortId =
        Otlp.span(1).toBuilder().setTraceId(ByteString.copyFrom(new byte[] {1, 2, 3})).build();
    Span zero = Otlp.span(1).toBuilder().setTraceId(ByteString.copyFrom(new byte[16])).build();

    scan.scan(Otlp.request(empty, Otlp.span(1), shortId, zero).toByteArray(), null);

    assertThat(scan.traceCount()).isEqualTo(1);
    assertThat(scan.firstInvalidSpan()).isEqualTo(0);
    assertThat(scan.nextSpan(0)).isEqualTo(2);
    assertThat(scan.traceIdLength(2)).isEqualTo(3);
    assertThat(scan.nextSpan(2)).isEqualTo(3);
    assertThat(scan.nextSpan(3)).isEqualTo(-1);
  }

  @Test
  void tellsOfWantedAttributesOnly() throws Exception {
    AnyValue array =
        AnyValue.newBuilder()
            .setArrayValue(ArrayValue.newBuilder().addValues(AnyValue.getDefaultInstance()))
            .build();
    Span span =
        Otlp.span(1).toBuilder()
            .addAttributes(Otlp.string("other", "x"))
            .addAttributes(Otlp.string("a", "grüße"))
            .addAttributes(Otlp.attribute("a", AnyValue.newBuilder().setBoolValue(true).build()))
            .addAttributes(Otlp.attribute("a", AnyValue.newBuilder().setIntValue(-7).build()))
            .addAttributes(Otlp.attribute("a", AnyValue.newBuilder().setDoubleValue(.5).build()))
            .addAttributes(Otlp.attribute("a", array))
            .addAttributes(Otlp.attribute("a", AnyValue.getDefaultInstance()))
            .setTraceState("k=v")
            .setFlags(0x101)
            .build();
    Recording recording = new Recording("a", "service.name");

    scan.scan(Otlp.request(Otlp.span(2), span).toByteArray(), recording);

    assertThat(recording.seen)
        .containsExactly(
            "resource 0 service.name=shop",
            "span 1 state k=v",
            "span 1 a=grüße",
            "span 1 a=true",
            "span 1 a=-7",
            "span 1 a=0.5",
            "span 1 a=OTHER",
            "span 1 a=OTHER",
            "span 1 flags 257");
  }

  @Test
  void tellsOfScopeAttributes_whereTheyAreWanted() throws Exception {
    InstrumentationScope scope =
        InstrumentationScope.newBuilder()
            .setName("lib")
            .addAttributes(Otlp.string("other", "x"))
            .addAttributes(Otlp.string("a", "b"))
            .build();
    byte[] record =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(Otlp.span(1)))
                    .addScopeSpans(ScopeSpans.newBuilder().setScope(scope).addSpans(Otlp.span(2))))
            .build()
            .toByteArray();
    Recording without = new Recording("a");
    scan.scan(record, without);
    assertThat(without.seen).isEmpty();

    Recording with = new Recording("a").withScopes();
    scan.scan(record, with);
    assertThat(with.seen)
        .containsExactly(
            "scope 1 of " + scope.getSerializedSize() + " bytes", "scope 1 a=b", "scope 1 ends");
    assertThat(scan.scope(0)).isZero();
    assertThat(scan.scope(1)).isEqualTo(1);
    assertThat(scan.spanCount()).isEqualTo(2);
  }

  @Test
  void decodesValuesOfEveryType() throws Exception {
    AnyValue nested =
        AnyValue.newBuilder()
            .setArrayValue(
                ArrayValue.newBuilder()
                    .addValues(AnyValue.newBuilder().setIntValue(3))
                    .addValues(AnyValue.newBuilder().setStringValue("x")))
            .build();
    Span span =
        Otlp.span(1).toBuilder()
            .addAttributes(Otlp.string("a", "grüße"))
            .addAttributes(Otlp.attribute("a", AnyValue.newBuilder().setIntValue(-7).build()))
            .addAttributes(Otlp.attribute("a", nested))
            .addAttributes(Otlp.attribute("a", AnyValue.getDefaultInstance()))
            .addAttributes(KeyValue.newBuilder().setKey("a"))
            .build();
    List<Object> values = new ArrayList<>();

    scan.scan(
        Otlp.request(span).toByteArray(),
        new Recording("a") {
          @Override
          public void spanAttribute(int index, int key, AttributeCursor value) {
            try {
              values.add(value.value());
            } catch (MalformedOtlpException e) {
              throw new AssertionError(e);
            }
          }
        });

    assertThat(values).containsExactly("grüße", -7L, List.of(3L, "x"), null, null);
  }

  @Test
  void readsStringsInPlace() throws Exception {
    Span span =
        Otlp.span(1).toBuilder().setName("grüße").addAttributes(Otlp.string("a", "né")).build();
    List<String> texts = new ArrayList<>();
    BytesToLong keep =
        (bytes, offset, length) -> {
          texts.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
          return length;
        };
    byte[] record = Otlp.request(span).toByteArray();
    scan.scan(
        record,
        new Recording("a") {
          @Override
          public void spanAttribute(int index, int key, AttributeCursor value) {
            assertThat(value.string(keep)).isEqualTo(3);
          }
        });
    SpanReader reader = new SpanReader();
    reader.of(scan);
    reader.at(0);

    assertThat(reader.name(keep)).isEqualTo(7);
    assertThat(reader.parentSpanId(keep)).isZero();
    assertThat(reader.spanId(keep)).isEqualTo(span.getSpanId().size());
    assertThat(texts).startsWith("né", "grüße", "");
  }

  @Test
  void tellsOfStateAndFlags_whereNoAttributeIsWanted() throws Exception {
    Span span =
        Otlp.span(1).toBuilder()
            .setTraceState("k=v")
            .setFlags(257)
            .addAttributes(Otlp.string("a", "b"))
            .build();
    Recording recording = new Recording();

    scan.scan(Otlp.request(span).toByteArray(), recording);

    assertThat(recording.seen).containsExactly("span 0 state k=v", "span 0 flags 257");
  }

  @Test
  void refusesEveryTruncation() throws Exception {
    byte[] record = new RandomOtlp(3).request().toByteArray();
    scan.scan(record, null);
    int spans = scan.spanCount();

    for (int length = 0; length < record.length; length++) {
      try {
        scan.scan(Arrays.copyOf(record, length), new Recording("k1"));
        // Cut between two resources: shorter, but whole.
        assertThat(scan.spanCount()).isLessThan(spans);
      } catch (MalformedOtlpException expected) {
        assertThat(expected).hasMessageContaining(length + " bytes");
      }
    }
  }

  @Test
  void hostileBytesGiveAnErrorAndNothingElse() throws Exception {
    Random random = new Random(11);
    byte[] good = new RandomOtlp(3).request().toByteArray();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 200_000; i++) {
            byte[] bytes = i % 2 == 0 ? new byte[random.nextInt(64)] : good.clone();
            if (i % 2 == 0) {
              random.nextBytes(bytes);
            } else {
              for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
              }
            }
            scanAndSplit(bytes);
          }
        });
  }

  @Test
  void refusesHugeLengthsWithoutAllocatingThem() {
    assertThatThrownBy(() -> scan.scan(bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07), null))
        .isInstanceOf(MalformedOtlpException.class);
    assertThatThrownBy(() -> scan.scan(bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), null))
        .isInstanceOf(MalformedOtlpException.class);
    assertThatThrownBy(
            () ->
                scan.scan(
                    bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
                    null))
        .isInstanceOf(MalformedOtlpException.class);
  }

  @Test
  void refusesDeepGroups() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < 1_000_000; i++) {
      out.writeTag(15, 3);
    }
    out.flush();

    assertThatThrownBy(() -> scan.scan(bytes.toByteArray(), null))
        .isInstanceOf(MalformedOtlpException.class);
  }

  private void scanAndSplit(byte[] bytes) {
    try {
      scan.scan(bytes, new Recording("k1"));
      TracePieces pieces = new TracePieces();
      pieces.of(scan);
      for (int trace = 0; trace < scan.traceCount(); trace++) {
        pieces.piece(trace);
      }
    } catch (MalformedOtlpException expected) {
      assertThat(expected).hasMessageContaining("TracesData");
    }
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** Records the calls. */
  private static class Recording implements SpanListener {
    final List<String> seen = new ArrayList<>();
    private final List<String> keys;
    private boolean scopes;

    Recording withScopes() {
      scopes = true;
      return this;
    }

    Recording(String... keys) {
      this.keys = List.of(keys);
    }

    @Override
    public boolean wantsAttributes() {
      return !keys.isEmpty();
    }

    @Override
    public boolean wantsScopes() {
      return scopes;
    }

    @Override
    public int attributeKey(byte[] buffer, int offset, int length) {
      return keys.indexOf(new String(buffer, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public boolean resourceStart(int resource, byte[] buffer, int offset, int length) {
      return true;
    }

    @Override
    public void resourceEnd(int resource) {}

    @Override
    public boolean scopeStart(int scope, byte[] buffer, int offset, int length) {
      seen.add("scope " + scope + " of " + length + " bytes");
      return true;
    }

    @Override
    public void scopeEnd(int scope) {
      seen.add("scope " + scope + " ends");
    }

    @Override
    public void scopeAttribute(int scope, int key, AttributeCursor value) {
      seen.add("scope " + scope + " " + keys.get(key) + "=" + text(value));
    }

    @Override
    public void resourceAttribute(int resource, int key, AttributeCursor value) {
      seen.add("resource " + resource + " " + keys.get(key) + "=" + text(value));
    }

    @Override
    public void spanAttribute(int span, int key, AttributeCursor value) {
      seen.add("span " + span + " " + keys.get(key) + "=" + text(value));
    }

    @Override
    public void traceState(int span, byte[] buffer, int offset, int length) {
      String state = new String(buffer, offset, length, StandardCharsets.UTF_8);
      seen.add("span " + span + " state " + state);
    }

    @Override
    public void flags(int span, int flags) {
      seen.add("span " + span + " flags " + flags);
    }

    private static String text(AttributeCursor value) {
      return switch (value.type()) {
        case STRING -> value.string();
        case BOOL -> String.valueOf(value.bool());
        case INT -> String.valueOf(value.integer());
        case DOUBLE -> String.valueOf(value.real());
        case OTHER -> "OTHER";
      };
    }
  }
}
