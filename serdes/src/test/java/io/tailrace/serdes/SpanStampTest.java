package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.SpanStamp.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanStampTest {
  private static final long NONE = TraceStateReader.NONE;
  private static final long TENTH = 0xe6666666666666L;
  private static final long HALF = 1L << 55;

  private final List<Result> results = new ArrayList<>();

  /** Low bytes of a trace ID whose randomness is the greatest. */
  private static final long KEPT_BY_ALL = -1;

  /** Vectors of the specification, and its rules at the ends. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "80000000000000, 8",
    "e6666666666666, e6666666666666",
    "08000000000000, 08",
    "c0000000000000, c",
    "00000000000001, 00000000000001",
    "fffffffffffff0, fffffffffffff",
    "00000000000010, 0000000000001"
  })
  void encodesThresholds(String threshold, String text) {
    long value = Long.parseLong(threshold, 16);

    assertThat(ConsistentSampling.thresholdText(value)).isEqualTo(text);
    byte[] digits = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(ConsistentSampling.parse(digits, 0, digits.length)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        // before | after, by a threshold of one in ten | result
        "''                                  | ot=th:e6666666666666                    | STAMPED",
        "ot=th:8                             | ot=th:e6666666666666                    | STAMPED",
        "ot=th:e6666666666666                | ot=th:e6666666666666                    | UNCHANGED",
        "ot=th:f                             | ot=th:f                                 | UNCHANGED",
        "ot=th:80000                         | ot=th:e6666666666666                    | STAMPED",
        "ot=rv:ffffffffffffff                | ot=rv:ffffffffffffff;th:e6666666666666  | STAMPED",
        "ot=x:1;rv:ffffffffffffff;y:a.B_-    | ot=rv:ffffffffffffff;th:e6666666666666;x:1;y:a.B_- | STAMPED",
        "ot=th:0;x:1                         | ot=th:e6666666666666;x:1                | STAMPED",
        "dd=s:1,ot=th:0,es=x y               | ot=th:e6666666666666,dd=s:1,es=x y      | STAMPED",
        "' dd=s:1 , ,es=x '                  | ot=th:e6666666666666,dd=s:1,es=x        | STAMPED",
        "a@b=1                               | ot=th:e6666666666666,a@b=1              | STAMPED",
        "not=th:0                            | ot=th:e6666666666666,not=th:0           | STAMPED",
        // malformed
        "ot=                                 | ot=                                     | MALFORMED",
        "ot=th                               | ot=th                                   | MALFORMED",
        "ot=th:                              | ot=th:                                  | MALFORMED",
        "ot=th:xyz                           | ot=th:xyz                               | MALFORMED",
        "ot=th:8;                            | ot=th:8;                                | MALFORMED",
        "ot=th:8;;x:1                        | ot=th:8;;x:1                            | MALFORMED",
        "ot=th:8;th:9                        | ot=th:8;th:9                            | MALFORMED",
        "ot=th:123456789012345               | ot=th:123456789012345                   | MALFORMED",
        "ot=rv:12                            | ot=rv:12                                | MALFORMED",
        "ot=th:8,ot=th:9                     | ot=th:8,ot=th:9                         | MALFORMED",
        "dd=1,dd=2                           | dd=1,dd=2                               | MALFORMED",
        "Dd=1                                | Dd=1                                    | MALFORMED",
        "dd                                  | dd                                      | MALFORMED",
        "dd=a=b                              | dd=a=b                                  | MALFORMED",
        "ot=X:1                              | ot=X:1                                  | MALFORMED",
        "größe=1                             | größe=1                                 | MALFORMED",
      })
  void stamps(String before, String after, Result result) throws Exception {
    SpanStamp stamp = stamp(new Weight(TENTH, NONE), KEPT_BY_ALL);

    Span stamped = stamped(stamp, span(before));

    assertThat(stamped).isEqualTo(span(after));
    assertThat(results).containsExactly(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | ''",
        "ot=th:8             | ''",
        "ot=th:8;x:1         | ot=x:1",
        "dd=1,ot=th:8        | dd=1",
        "dd=1                | dd=1",
        "ot=rv:00000000000000| ot=rv:00000000000000",
      })
  void removesThresholds_whenTheProbabilityIsUnknown(String before, String after) throws Exception {
    SpanStamp stamp = stamp(Weight.UNKNOWN, KEPT_BY_ALL);

    assertThat(stamped(stamp, span(before))).isEqualTo(span(after));
    assertThat(results).endsWith(Result.UNKNOWN);
  }

  @Test
  void removesThresholds_aboveTheRandomnessOfTheTrace() throws Exception {
    SpanStamp stamp = stamp(new Weight(0, NONE), HALF);

    assertThat(stamped(stamp, span("ot=th:9,dd=1"))).isEqualTo(span("dd=1"));
    assertThat(results).containsExactly(Result.INCONSISTENT);
    assertThat(stamped(stamp, span("ot=th:8"))).isEqualTo(span("ot=th:8"));
  }

  @Test
  void takesExplicitRandomnessFirst() throws Exception {
    SpanStamp stamp = stamp(new Weight(0, HALF), 0);

    assertThat(stamped(stamp, span("ot=th:8"))).isEqualTo(span("ot=th:8"));
    assertThat(results).endsWith(Result.UNCHANGED);
  }

  @Test
  void leavesSpansAlone_withoutAWeight() throws Exception {
    byte[] field = field(span("ot=th:9"));

    assertThat(stamp(Weight.NONE, 0).stamp(field, 0, field.length)).isNull();
  }

  @Test
  void dropsTheLastMember_whenThereAreTooMany() throws Exception {
    String members =
        IntStream.range(0, 32).mapToObj(i -> "v" + i + "=1").collect(Collectors.joining(","));
    String left = members.substring(0, members.lastIndexOf(','));

    SpanStamp stamp = stamp(new Weight(0, NONE), 0);
    assertThat(stamped(stamp, span(members))).isEqualTo(span("ot=th:0," + left));
    assertThat(stamped(stamp, span(members + ",v32=1"))).isEqualTo(span(members + ",v32=1"));
    assertThat(results).endsWith(Result.MALFORMED);
  }

  @Test
  void leavesAFullMemberAlone_butNeverWithATooLowThreshold() throws Exception {
    String full = "ot=x:" + "1".repeat(254);
    SpanStamp stamp = stamp(new Weight(TENTH, NONE), KEPT_BY_ALL);

    assertThat(stamped(stamp, span(full))).isEqualTo(span(full));
    assertThat(stamped(stamp, span("ot=th:8;x:" + "1".repeat(249))))
        .isEqualTo(span("ot=x:" + "1".repeat(249)));
    assertThat(results).containsExactly(Result.MALFORMED, Result.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, TENTH, HALF})
  void addsTheAdjustedCount(long threshold) throws Exception {
    SpanStamp stamp = new SpanStamp("SampleRate", results::add);
    stamp.of(new Weight(threshold, NONE), KEPT_BY_ALL);
    Span span =
        span("ot=th:8").toBuilder()
            .addAttributes(number("SampleRate", 2))
            .addAttributes(Otlp.string("a", "b"))
            .build();

    Span stamped = stamped(stamp, span);

    double expected = Math.max(2, 0x1p56 / (ConsistentSampling.RANGE - threshold));
    assertThat(stamped.getAttributesList())
        .containsExactly(Otlp.string("a", "b"), number("SampleRate", expected));
  }

  @Test
  void removesAnAdjustedCount_thatIsNotKnown() throws Exception {
    SpanStamp stamp = new SpanStamp("SampleRate", results::add);
    stamp.of(Weight.UNKNOWN, 0);

    Span span = span("").toBuilder().addAttributes(number("SampleRate", 2)).build();
    assertThat(stamped(stamp, span)).isEqualTo(span(""));
  }

  @Test
  void writesTexts_inPlaceOfThoseWithTheSameKey() throws Exception {
    SpanStamp stamp = new SpanStamp("SampleRate", results::add);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("rule", "a rule");
    texts.put("fingerprint", "checkout\u2022/api");
    stamp.of(new Weight(HALF, NONE), KEPT_BY_ALL, texts);
    Span span =
        span("ot=th:4").toBuilder()
            .addAttributes(Otlp.string("rule", "of before"))
            .addAttributes(Otlp.string("a", "b"))
            .addAttributes(number("SampleRate", 9))
            .build();

    Span stamped = stamped(stamp, span);

    assertThat(stamped.getTraceState()).isEqualTo("ot=th:8");
    assertThat(stamped.getAttributesList())
        .containsExactlyInAnyOrder(
            Otlp.string("a", "b"),
            number("SampleRate", 2),
            Otlp.string("rule", "a rule"),
            Otlp.string("fingerprint", "checkout\u2022/api"));
  }

  @Test
  void writesTexts_toSpansThatKeepTheirTraceState() throws Exception {
    for (Weight weight :
        List.of(Weight.NONE, Weight.UNKNOWN, new Weight(0, NONE), new Weight(HALF, NONE))) {
      SpanStamp stamp = new SpanStamp("", results::add);
      stamp.of(weight, KEPT_BY_ALL, Map.of("rule", "r"));
      Span stamped = stamped(stamp, span("dd=1"));
      assertThat(stamped.getAttributesList()).containsExactly(Otlp.string("rule", "r"));
      assertThat(stamped.getTraceState()).endsWith("dd=1");
      stamp.of(weight, KEPT_BY_ALL);
      assertThat(stamped(stamp, span("dd=1")).getAttributesList()).isEmpty();
    }
  }

  /** Fields in another order, repeated ones and unknown ones: only the trace state changes. */
  @Test
  void changesNothingElse() throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      TracesData request = new RandomOtlp(seed).request();
      SpanStamp stamp = new SpanStamp(seed % 2 == 0 ? "" : "SampleRate", results::add);
      stamp.of(new Weight(HALF, NONE), KEPT_BY_ALL);
      for (Span span : spans(request)) {
        Span stamped = stamped(stamp, span);

        Span.Builder rest = stamped.toBuilder().setTraceState(span.getTraceState());
        rest.clearAttributes()
            .addAllAttributes(
                stamped.getAttributesList().stream()
                    .filter(attribute -> !attribute.getKey().equals("SampleRate"))
                    .toList());
        assertThat(rest.build()).isEqualTo(span);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, HALF, TENTH})
  void stampsFreshSpansAlike(long threshold) throws Exception {
    SpanStamp stamp = stamp(new Weight(threshold, NONE), KEPT_BY_ALL);
    for (int length : new int[] {0, 60, 100, 120, 20_000}) {
      Span span = span("").toBuilder().setName("n".repeat(length)).build();
      byte[] field = field(span);

      byte[] fresh = stamp.stampFresh(field, 0, field.length);

      assertThat(ScopeSpans.parseFrom(fresh).getSpans(0)).isEqualTo(stamped(stamp, span));
    }
    assertThat(results).hasSize(10).containsOnly(Result.STAMPED);
  }

  @Test
  void readsTheLastOfSeveralTraceStates() throws Exception {
    byte[] twice = concat(span("ot=th:0").toByteArray(), span("ot=th:f").toByteArray());
    byte[] field = concat(new byte[] {0x12, (byte) twice.length}, twice);
    assertThat(Span.parseFrom(twice).getTraceState()).isEqualTo("ot=th:f");
    SpanStamp stamp = stamp(new Weight(HALF, NONE), KEPT_BY_ALL);

    assertThat(stamp.stamp(field, 0, field.length)).isNull();
  }

  @Test
  void joinsStampedSpansWithMarkedScopes() throws Exception {
    TraceJoin join = new TraceJoin();
    SpanStamp spans = stamp(new Weight(HALF, NONE), KEPT_BY_ALL);
    ScopeStamp scopes = new ScopeStamp();
    scopes.of(Map.of("tailsampling.policy", "errors"));
    TracesData data =
        TracesData.newBuilder()
            .addResourceSpans(
                Otlp.resource("shop")
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(
                                InstrumentationScope.newBuilder()
                                    .setName("lib")
                                    .addAttributes(Otlp.string("tailsampling.policy", "old"))
                                    .addAttributes(Otlp.string("a", "b")))
                            .setSchemaUrl("url")
                            .addSpans(span("")))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span("dd=1"))))
            .build();

    join.add(data.toByteArray(), spans, scopes, PartEditor.NONE);
    TracesData joined = TracesData.parseFrom(join.records(Integer.MAX_VALUE).get(0));

    List<ScopeSpans> out = joined.getResourceSpans(0).getScopeSpansList();
    assertThat(out.get(0).getSchemaUrl()).isEqualTo("url");
    assertThat(out.get(0).getScope().getName()).isEqualTo("lib");
    assertThat(out.get(0).getScope().getAttributesList())
        .containsExactly(Otlp.string("a", "b"), Otlp.string("tailsampling.policy", "errors"));
    assertThat(out.get(0).getSpans(0).getTraceState()).isEqualTo("ot=th:8");
    assertThat(out.get(1).getScope().getAttributesList())
        .containsExactly(Otlp.string("tailsampling.policy", "errors"));
    assertThat(out.get(1).getSpans(0).getTraceState()).isEqualTo("ot=th:8,dd=1");
  }

  private SpanStamp stamp(Weight weight, long traceIdLow) {
    SpanStamp stamp = new SpanStamp("", results::add);
    stamp.of(weight, traceIdLow);
    return stamp;
  }

  private static Span span(String traceState) {
    return Otlp.span(7).toBuilder().setTraceState(traceState).build();
  }

  private static byte[] field(Span span) {
    return ScopeSpans.newBuilder().addSpans(span).build().toByteArray();
  }

  private static Span stamped(SpanStamp stamp, Span span) throws Exception {
    byte[] field = field(span);
    byte[] stamped = stamp.stamp(field, 0, field.length);
    return ScopeSpans.parseFrom(stamped == null ? field : stamped).getSpans(0);
  }

  private static List<Span> spans(TracesData request) {
    return request.getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private static KeyValue number(String key, double value) {
    return Otlp.attribute(key, AnyValue.newBuilder().setDoubleValue(value).build());
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
