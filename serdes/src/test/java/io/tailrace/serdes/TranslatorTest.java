package io.tailrace.serdes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Collector's translations, on record, are the judge. */
class TranslatorTest {
  private static final String REFUSED = "refused";
  private static final Comparator<KeyValue> BY_KEY = Comparator.comparing(KeyValue::getKey);
  private static final String ZIPKIN =
      "\"traceId\":\"5af7183fb1d4cf5f0123456789abcdef\",\"id\":\"1\",\"timestamp\":1";

  static Stream<Arguments> recordsOnFile() throws IOException {
    Stream.Builder<Arguments> records = Stream.builder();
    for (Encoding encoding :
        List.of(Encoding.JAEGER_PROTO, Encoding.JAEGER_JSON, Encoding.ZIPKIN_JSON)) {
      lines(encoding)
          .forEach(line -> records.add(Arguments.of(encoding, line.split("\t")[0], line)));
    }
    return records.build();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("recordsOnFile")
  void saysWhatTheCollectorSays(Encoding encoding, String name, String line) throws Exception {
    Translator translator = encoding.newTranslator();
    byte[] record = record(encoding, line);
    String expected = line.split("\t")[1];
    if (expected.equals(REFUSED)) {
      assertThatThrownBy(() -> translator.toTracesData(record))
          .isInstanceOf(MalformedOtlpException.class)
          .hasMessageContaining("expected: ");
      return;
    }
    byte[] json = expected.getBytes(UTF_8);
    TracesData judge = TracesData.parseFrom(Encoding.OTLP_JSON.newTranslator().toTracesData(json));
    TracesData translated = TracesData.parseFrom(translator.toTracesData(record));
    assertThat(sorted(translated).getResourceSpansList())
        .containsExactlyInAnyOrderElementsOf(sorted(judge).getResourceSpansList());
  }

  @Test
  void leavesOtlpAsItIs() throws Exception {
    byte[] record = {1, 2, 3};

    assertThat(Encoding.OTLP_PROTO.newTranslator().toTracesData(record)).isSameAs(record);
  }

  @Test
  void keepsTheTagsOfAProcessWithoutName() throws Exception {
    String tags = "\"tags\":[{\"key\":\"k\",\"vStr\":\"v\"}]";
    TracesData data =
        translate(
            Encoding.JAEGER_JSON,
            "{\"traceId\":\"AAAAAAAAAAE=\",\"process\":{\"serviceName\":\"OTLPResourceNoServiceName\","
                + tags
                + "}}");

    assertThat(data.getResourceSpans(0).getResource().getAttributesList())
        .extracting(KeyValue::getKey)
        .containsExactly("k");
  }

  @Test
  void zipkinSpansOfOneServiceKeepTheirOwnResources() throws Exception {
    TracesData data =
        translate(
            Encoding.ZIPKIN_JSON,
            "[{%1$s,\"tags\":{\"host.name\":\"a\"}},{%1$s,\"tags\":{\"host.name\":\"b\"}}]"
                .formatted(ZIPKIN));

    assertThat(data.getResourceSpansList())
        .extracting(spans -> spans.getResource().getAttributes(0).getValue().getStringValue())
        .containsExactly("a", "b");
  }

  @Test
  void textThatOnlyLooksLikeAnEventOrALinkStaysText() throws Exception {
    TracesData data =
        translate(
            Encoding.ZIPKIN_JSON,
            ("[{%s,\"annotations\":[{\"timestamp\":1,\"value\":\"a|b|3\"},{\"timestamp\":2,\"value\":\"a|b\"}],"
                    + "\"tags\":{\"otlp.link.0\":\"a|b\"}}]")
                .formatted(ZIPKIN));

    Span span = data.getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(span.getEventsList())
        .extracting(Span.Event::getName)
        .containsExactly("a|b|3", "a|b");
    assertThat(span.getLinksList()).isEmpty();
    assertThat(span.getAttributes(0).getKey()).isEqualTo("otlp.link.0");
  }

  @Test
  void timesBeyondThoseThatCanBeAreCutOrRefused() throws Exception {
    String id = "\"traceId\":\"AAAAAAAAAAE=\"";
    TracesData early =
        translate(
            Encoding.JAEGER_JSON, "{%s,\"startTime\":\"1969-01-01T00:00:00Z\"}".formatted(id));
    TracesData late =
        translate(
            Encoding.JAEGER_JSON,
            "{%s,\"startTime\":\"2262-01-01T00:00:00Z\",\"duration\":\"9000000000s\"}"
                .formatted(id));

    assertThat(span(early).getStartTimeUnixNano()).isZero();
    assertThat(span(late).getEndTimeUnixNano()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(
            () ->
                translate(
                    Encoding.JAEGER_JSON,
                    "{%s,\"startTime\":\"9999-01-01T00:00:00Z\"}".formatted(id)))
        .hasMessageContaining("expected: at most");
    assertThatThrownBy(
            () -> translate(Encoding.JAEGER_JSON, "{%s,\"duration\":\"1h\"}".formatted(id)))
        .hasMessage("duration: \"1h\" (expected: seconds such as \"0.25s\")");
  }

  @Test
  void faultsSayWhereTheyAre() {
    assertThatThrownBy(() -> translate(Encoding.ZIPKIN_JSON, "[{},{\"tags\":{\"a\":[]}}]"))
        .hasMessageStartingWith("[0]: a span without an id");
    assertThatThrownBy(
            () -> translate(Encoding.ZIPKIN_JSON, "[{%s,\"tags\":{\"a\":[]}}]".formatted(ZIPKIN)))
        .hasMessage("[0].tags.a: […] (expected: a string)");
    assertThatThrownBy(() -> translate(Encoding.JAEGER_JSON, "{\"traceID\":\"1\"}"))
        .hasMessage("traceID: unknown (expected: traceId)");
    assertThatThrownBy(() -> translate(Encoding.JAEGER_JSON, "{\"flags\":1}"))
        .hasMessageStartingWith("Jaeger span without a trace id");
    assertThatThrownBy(() -> Encoding.JAEGER_PROTO.newTranslator().toTracesData(new byte[] {10, 9}))
        .hasMessageStartingWith("not a Jaeger span of 2 bytes: ");
    assertThatThrownBy(() -> translate(Encoding.ZIPKIN_JSON, "[{" + ZIPKIN))
        .hasMessageContaining("expected: more JSON");
  }

  @ParameterizedTest
  @MethodSource("translated")
  void brokenBytesAreTranslatedOrRefusedAndNothingElse(Encoding encoding) throws Exception {
    Random random = new Random(7);
    List<byte[]> whole = lines(encoding).map(line -> record(encoding, line)).toList();
    Translator translator = encoding.newTranslator();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] record = mutate(whole.get(random.nextInt(whole.size())), random);
      byte[] translated;
      try {
        translated = translator.toTracesData(record);
      } catch (MalformedOtlpException e) {
        refused++;
        continue;
      }
      TracesData.parseFrom(translated);
      new SpanScan().scan(translated, null);
    }
    assertThat(refused).isBetween(1_000, 19_000);
    for (byte[] record : whole) { // no state is left behind
      assertThat(outcome(translator, record)).isEqualTo(outcome(encoding.newTranslator(), record));
    }
  }

  static Stream<Encoding> translated() {
    return Stream.of(Encoding.JAEGER_PROTO, Encoding.JAEGER_JSON, Encoding.ZIPKIN_JSON);
  }

  private static String outcome(Translator translator, byte[] record) {
    try {
      return Arrays.toString(translator.toTracesData(record));
    } catch (MalformedOtlpException e) {
      return e.getMessage();
    }
  }

  private static byte[] mutate(byte[] record, Random random) {
    byte[] mutated = record.clone();
    for (int changes = random.nextInt(3); changes >= 0 && mutated.length > 0; changes--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(16)) {
        case 0 -> mutated = Arrays.copyOf(mutated, at);
        case 1 -> { // its beginning is said twice
          byte[] longer = Arrays.copyOf(mutated, mutated.length + at);
          System.arraycopy(mutated, 0, longer, mutated.length, at);
          mutated = longer;
        }
        case 2, 3, 4 -> mutated[at] = (byte) random.nextInt();
        default -> mutated[at] ^= (byte) (1 << random.nextInt(3));
      }
    }
    return mutated;
  }

  private static Span span(TracesData data) {
    return data.getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private static TracesData translate(Encoding encoding, String json) throws Exception {
    return TracesData.parseFrom(encoding.newTranslator().toTracesData(json.getBytes(UTF_8)));
  }

  private static byte[] record(Encoding encoding, String line) {
    String text = line.split("\t")[0];
    return encoding == Encoding.JAEGER_PROTO
        ? Base64.getDecoder().decode(text)
        : text.getBytes(UTF_8);
  }

  private static Stream<String> lines(Encoding encoding) throws IOException {
    String file = "collector/" + encoding.label() + ".tsv";
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(TranslatorTest.class.getResourceAsStream(file), UTF_8))) {
      return in.lines().filter(line -> !line.startsWith("#")).toList().stream();
    }
  }

  /** What the Collector makes of Zipkin's arrays and tags has no order. */
  private static TracesData sorted(TracesData data) {
    TracesData.Builder sorted = data.toBuilder();
    for (ResourceSpans.Builder resourceSpans : sorted.getResourceSpansBuilderList()) {
      Resource.Builder resource = resourceSpans.getResourceBuilder();
      List<KeyValue> attributes = byKey(resource.getAttributesList());
      resource.clearAttributes().addAllAttributes(attributes);
      List<ScopeSpans> scopes =
          resourceSpans.getScopeSpansList().stream()
              .map(TranslatorTest::sorted)
              .sorted(Comparator.comparing(scope -> scope.getScope().getName()))
              .toList();
      resourceSpans.clearScopeSpans().addAllScopeSpans(scopes);
    }
    return sorted.build();
  }

  private static ScopeSpans sorted(ScopeSpans scope) {
    List<Span> spans =
        scope.getSpansList().stream()
            .map(TranslatorTest::sorted)
            .sorted(Comparator.comparing(span -> span.getSpanId().toStringUtf8()))
            .toList();
    return scope.toBuilder().clearSpans().addAllSpans(spans).build();
  }

  private static Span sorted(Span span) {
    Span.Builder sorted = span.toBuilder();
    sorted.clearAttributes().addAllAttributes(byKey(span.getAttributesList()));
    for (Span.Event.Builder event : sorted.getEventsBuilderList()) {
      List<KeyValue> attributes = byKey(event.getAttributesList());
      event.clearAttributes().addAllAttributes(attributes);
    }
    return sorted.build();
  }

  private static List<KeyValue> byKey(List<KeyValue> attributes) {
    return attributes.stream().sorted(BY_KEY).toList();
  }
}
