package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.SamplerHarness.Exported;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailSamplerTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final String NOTHING =
      "policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]";

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  private static Span child(long trace, String name) {
    return Otlp.span(trace).toBuilder()
        .setName(name)
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .build();
  }

  private static Span error(long trace) {
    return child(trace, "failed").toBuilder()
        .setStatus(Status.newBuilder().setCodeValue(2))
        .build();
  }

  private static void hasSpans(Exported trace, int count) {
    assertThat(trace.spans()).hasSize(count);
  }

  @Test
  void keepsTraceWhole_whenErrorArrivesInLastBatch() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(2));
      sampler.send(10_000, child(1, "a"));
      sampler.send(29_999, error(1));
      assertThat(sampler.exported()).isEmpty();

      sampler.passTo(30_000);

      List<Exported> exported = sampler.exported();
      assertThat(exported).hasSize(1);
      assertThat(exported.get(0).traceId()).isEqualTo("00000000000000010000000000000001");
      assertThat(exported.get(0).spans()).containsExactly(Otlp.span(1), child(1, "a"), error(1));
      assertThat(exported.get(0).header("tailrace-policy")).isEqualTo("errors");
      assertThat(exported.get(0).header("tailrace-policy-version")).isEqualTo("0");
      assertThat(exported.get(0).header("tailrace-late")).isNull();
    }
  }

  @Test
  void readsTracesBackFromDisk() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).onDisk().start()) {
      for (int i = 0; i < 20; i++) {
        sampler.send(i * 1_000, child(1, "a" + i), child(2, "b" + i), error(3));
      }
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              trace -> {
                assertThat(trace.traceId()).endsWith("3");
                assertThat(trace.spans()).hasSize(20);
              });
    }
  }

  @Test
  void writesAllChunksToDisk_whenTheHeapIsFull() {
    try (SamplerHarness sampler = sampler().heap(2_000).start()) {
      List<Span> sent = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Span span = child(i % 5 + 1, "s" + i);
        sent.add(span);
        sampler.send(i * 100, span);
      }
      sampler.passTo(60_000);

      List<Span> came = new ArrayList<>();
      sampler.exported().forEach(trace -> came.addAll(trace.spans()));
      assertThat(came).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  @Test
  void lateSpanFollowsItsVerdict() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).start()) {
      sampler.send(0, error(1), Otlp.span(2));
      sampler.passTo(30_000);
      sampler.exported();

      sampler.send(40_000, child(1, "late"), error(2));

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              late -> {
                assertThat(late.spans()).containsExactly(child(1, "late"));
                assertThat(late.header("tailrace-late")).isEqualTo("true");
                assertThat(late.header("tailrace-policy")).isEqualTo("errors");
              });
      assertThat(sampler.count("tailrace.spans.late", "outcome", "kept")).isEqualTo(1);
      assertThat(sampler.count("tailrace.spans.late", "outcome", "dropped")).isEqualTo(1);
    }
  }

  @Test
  void traceIsNewAgain_whenItsVerdictHasExpired() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(0, Otlp.span(1));
      sampler.passTo(30_000);
      sampler.exported();

      sampler.passTo(630_000);
      sampler.send(630_000, child(1, "in time"));
      assertThat(sampler.exported()).hasSize(1);
      sampler.send(630_001, child(1, "too late"));
      assertThat(sampler.exported()).isEmpty();
      sampler.passTo(660_001);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.header("tailrace-late")).isNull());
    }
  }

  @Test
  void rootSpanShortensTheWait() {
    try (SamplerHarness sampler = sampler().waits(30_000, 5_000).start()) {
      sampler.send(0, child(1, "a"), child(2, "b"));
      sampler.send(3_000, Otlp.span(1));
      sampler.passTo(7_999);
      assertThat(sampler.exported()).isEmpty();

      sampler.passTo(8_000);
      assertThat(sampler.exported()).singleElement().satisfies(trace -> hasSpans(trace, 2));

      sampler.send(27_000, Otlp.span(2));
      sampler.passTo(30_000);
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void spanAtTheDueTimeIsLate_alsoWithinOneRecord() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).start()) {
      sampler.send(0, Otlp.span(1));
      sampler.send(30_000, error(1), error(2));
      sampler.passTo(90_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.traceId()).endsWith("2"));
    }
  }

  @Test
  void spansOutOfOrderInTimeBelongToTheSameTrace() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(20_000, Otlp.span(1));
      sampler.send(-80_000_000, child(1, "a day behind"));
      sampler.passTo(49_999);
      assertThat(sampler.exported()).isEmpty();
      sampler.passTo(50_000);
      assertThat(sampler.exported()).singleElement().satisfies(trace -> hasSpans(trace, 2));
    }
  }

  @Test
  void quietPartitionMovesOnWithTheClock_onlyOnceReadToItsEnd() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(0, Otlp.span(1));
      sampler.driver.advanceWallClockTime(Duration.ofMinutes(5));
      assertThat(sampler.exported()).isEmpty();

      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 31_999);
      sampler.driver.advanceWallClockTime(Duration.ofMillis(100));
      assertThat(sampler.exported()).isEmpty();

      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 32_000);
      sampler.driver.advanceWallClockTime(Duration.ofMillis(100));
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void wallClockDoesNotChangeWhenNewTracesAreDue() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(0, Otlp.span(1));
      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 20_000);
      sampler.driver.advanceWallClockTime(Duration.ofSeconds(20));
      sampler.send(1_000, Otlp.span(2));
      sampler.passTo(31_000);

      assertThat(sampler.exported()).hasSize(2);
    }
  }

  @Test
  void policiesChangeAtTheirTime_andEachTraceIsJudgedByOneVersion() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).start()) {
      sampler.send(0, Otlp.span(1));
      sampler.send(1_000, error(2));
      sampler.send(2_000, Otlp.span(3));
      sampler.publish(7, 30_500, ERRORS);
      sampler.publish(8, 31_500, ALL);
      sampler.send(60_000, Otlp.span(4));

      List<Exported> exported = sampler.exported();
      assertThat(exported).extracting(Exported::traceId).allMatch(id -> id.matches(".*[23]"));
      assertThat(exported)
          .extracting(trace -> trace.header("tailrace-policy-version"))
          .containsExactly("7", "8");
    }
  }

  @Test
  void signalsOfOneTraceAreNotThoseOfTheNext() {
    String policies =
        """
        policies:
          - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
          - name: vip
            type: string_attribute
            string_attribute: {key: customer.tier, values: [vip]}
        """;
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      Span vip =
          child(2, "a").toBuilder().addAttributes(Otlp.string("customer.tier", "vip")).build();
      Span none =
          child(3, "b").toBuilder().addAttributes(Otlp.string("customer.tier", "no")).build();
      sampler.send(0, error(1));
      sampler.send(1, vip);
      sampler.send(2, none);
      sampler.send(3, error(4), vip.toBuilder().setTraceId(Otlp.traceId(5)).build(), none);
      sampler.passTo(40_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 errors", "2 vip", "4 errors", "5 vip");
    }
  }

  @Test
  void newPoliciesJudgeOpenTracesBySignalsThatNobodyHadAskedFor() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).onDisk().start()) {
      Span vip =
          Otlp.span(1).toBuilder().addAttributes(Otlp.string("customer.tier", "vip")).build();
      sampler.send(0, vip);
      sampler.send(1_000, child(1, "a"), Otlp.span(2));
      sampler.publish(
          3,
          10_000,
          """
          policies:
            - name: vip
              type: string_attribute
              string_attribute: {key: customer.tier, values: [vip]}
          """);
      sampler.send(20_000, child(1, "b"), child(2, "c"));
      sampler.send(
          21_000, Otlp.span(3).toBuilder().addAllAttributes(vip.getAttributesList()).build());
      sampler.passTo(60_000);

      assertThat(sampler.exported())
          .hasSize(2)
          .anySatisfy(trace -> assertThat(trace.spans()).hasSize(3).contains(vip));
    }
  }

  @Test
  void conditionsSeeSpansWithTheirEventsScopeAndResource() {
    String policies =
        """
        policies:
          - name: slow-checkout
            type: ottl_condition
            ottl_condition:
              error_mode: ignore
              span:
                - >-
                  resource.attributes["service.name"] == "shop" and name == "checkout"
                  and end_time - start_time > Duration("1s")
          - name: gave-up
            type: ottl_condition
            ottl_condition:
              error_mode: ignore
              spanevent:
                - name == "retry" and attributes["attempt"] > 2 and instrumentation_scope.name == ""
                - span.name == "batch" and name == "retry" and event_index == 1
        """;
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      Span slow = child(1, "checkout").toBuilder().setEndTimeUnixNano(1_000_000_001).build();
      Span fast = child(2, "checkout").toBuilder().setEndTimeUnixNano(1_000_000_000).build();
      Span.Event retry = retry(3);
      sampler.send(0, child(1, "a"), slow, fast, child(2, "a"), child(3, "a"), child(4, "b"));
      sampler.send(1, child(3, "a").toBuilder().addEvents(retry(2)).addEvents(retry(3)).build());
      sampler.send(2, child(4, "b").toBuilder().addEvents(retry(2)).build());
      sampler.send(3, child(5, "batch").toBuilder().addEvents(retry(0)).addEvents(retry).build());
      sampler.passTo(40_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 slow-checkout", "3 gave-up", "5 gave-up");
    }
  }

  @Test
  void conditionsBeyondThe64thSignalHoldOverRecords() {
    String policies =
        IntStream.range(0, 140)
            .mapToObj(
                i ->
                    "{name: p%d, type: ottl_condition, ottl_condition: {span: ['name == \"n%d\"']}}"
                        .formatted(i, i))
            .collect(Collectors.joining(", ", "policies: [", "]"));
    try (SamplerHarness sampler = sampler().policies(policies).start()) {
      sampler.send(0, child(1, "n139"), child(2, "none"), child(3, "n70"));
      sampler.send(1, child(1, "none"), child(3, "n3"));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .extracting(t -> t.traceId().substring(31) + " " + t.header("tailrace-policy"))
          .containsExactly("1 p139", "3 p3");
    }
  }

  private static Span.Event retry(int attempt) {
    AnyValue value = AnyValue.newBuilder().setIntValue(attempt).build();
    return Span.Event.newBuilder()
        .setName("retry")
        .addAttributes(Otlp.attribute("attempt", value))
        .build();
  }

  @Test
  void newConditionsJudgeOpenTraces_andTheirNowIsAsIfTheyHadBeenInForce() {
    String condition =
        "policies: [{name: c, type: ottl_condition, ottl_condition: {error_mode: propagate, span: "
            + "['name == \"wanted\" and UnixMilli(Now()) == 1800000001000']}}]";
    try (SamplerHarness sampler = sampler().policies(NOTHING).onDisk().start()) {
      sampler.send(500, Otlp.span(2));
      sampler.send(1_000, Otlp.span(1), Otlp.span(3));
      sampler.publish(3, 10_000, condition);
      sampler.send(5_000, child(1, "wanted"), child(2, "wanted"));
      sampler.send(20_000, child(3, "b"));
      sampler.passTo(60_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              trace -> assertThat(trace.spans()).containsExactly(Otlp.span(1), child(1, "wanted")));
    }
    try (SamplerHarness sampler = sampler().policies(condition).start()) {
      sampler.send(1_000, Otlp.span(1));
      sampler.send(5_000, child(1, "wanted"));
      sampler.passTo(60_000);
      assertThat(sampler.exported()).singleElement().satisfies(trace -> hasSpans(trace, 2));
    }
  }

  @Test
  void conditionThatMeetsMalformedBytesHasNoAnswer_andTheSpanIsNoDeadLetter() {
    String policies =
        """
        policies:
          - name: %s
            type: ottl_condition
            ottl_condition: {error_mode: %s, span: ['attributes["a"] == "x"', 'name == "ok"']}
        """;
    UnknownFieldSet.Field broken =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFromUtf8("broken"))
            .build();
    Span bad =
        child(1, "ok").toBuilder()
            .setUnknownFields(UnknownFieldSet.newBuilder().addField(9, broken).build())
            .build();
    for (String mode : List.of("ignore", "propagate")) {
      try (SamplerHarness sampler = sampler().policies(policies.formatted("c", mode)).start()) {
        sampler.send(0, bad, Otlp.span(2));
        sampler.passTo(30_000);

        assertThat(sampler.read(SamplerHarness.TOPICS.export()))
            .hasSize(mode.equals("ignore") ? 1 : 0);
        assertThat(sampler.deadLetters()).isEmpty();
      }
    }
  }

  @Test
  void brokenRecordIsADeadLetter_andItsNeighboursAreUnharmed() {
    try (SamplerHarness sampler = sampler().start()) {
      byte[] garbage = "not protobuf".getBytes(StandardCharsets.US_ASCII);
      sampler.send(0, Otlp.span(1));
      sampler.sendBytes(1, garbage);
      sampler.sendBytes(2, null);
      sampler.send(3, child(1, "a"));
      sampler.passTo(30_000);

      assertThat(sampler.exported()).singleElement().satisfies(trace -> hasSpans(trace, 2));
      assertThat(sampler.deadLetters())
          .satisfiesExactly(
              first -> {
                assertThat(first.value()).isEqualTo(garbage);
                assertThat(SamplerHarness.text(first, "tailrace-reason")).contains("12 bytes");
                assertThat(SamplerHarness.text(first, "tailrace-topic")).isEqualTo("ingest");
                assertThat(SamplerHarness.text(first, "tailrace-partition")).isEqualTo("0");
                assertThat(SamplerHarness.text(first, "tailrace-offset")).isEqualTo("1");
              },
              second ->
                  assertThat(SamplerHarness.text(second, "tailrace-reason")).contains("no value"));
    }
  }

  @Test
  void onlyTheSpanWithoutATraceIdIsADeadLetter() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(1).toBuilder().clearTraceId().build());
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).containsExactly(Otlp.span(1)));
      assertThat(sampler.deadLetters())
          .singleElement()
          .satisfies(
              letter ->
                  assertThat(SamplerHarness.text(letter, "tailrace-reason"))
                      .isEqualTo("trace id: 0 bytes (expected: 16 bytes)"));
    }
  }

  @Test
  void tooManySpansDecideEarly_andTheRestIsLate() {
    try (SamplerHarness sampler = sampler().maxSpansPerTrace(3).start()) {
      for (int i = 0; i < 5; i++) {
        sampler.send(i, child(1, "s" + i));
      }
      List<Exported> exported = sampler.exported();
      assertThat(exported).extracting(trace -> trace.spans().size()).containsExactly(3, 1, 1);
      assertThat(exported)
          .extracting(trace -> trace.header("tailrace-late"))
          .containsExactly(null, "true", "true");
      assertThat(sampler.count("tailrace.traces.decided.early", "reason", "spans_per_trace"))
          .isEqualTo(1);
    }
  }

  @Test
  void tooManyBytesDecideEarly() {
    try (SamplerHarness sampler = sampler().maxBytesPerTrace(200).start()) {
      sampler.send(0, child(1, "x".repeat(300)));
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void fullTaskDecidesItsOldestTraces() {
    try (SamplerHarness sampler = sampler().maxBytesPerTask(1_200).start()) {
      for (int i = 1; i <= 4; i++) {
        sampler.send(i, child(i, "x".repeat(300)));
      }
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.traceId()).endsWith("1"));
      assertThat(sampler.count("tailrace.traces.decided.early", "reason", "bytes_per_task"))
          .isEqualTo(1);
    }
  }

  @Test
  void tooManyTracesDecideTheOldest() {
    try (SamplerHarness sampler = sampler().maxTracesPerTask(2).start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(2), Otlp.span(3));
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.traceId()).endsWith("1"));
    }
  }

  @Test
  void brokenAttributeHarmsNobody_alsoWhenPoliciesAskForItLater() {
    try (SamplerHarness sampler = sampler().policies(NOTHING).start()) {
      Span broken =
          Otlp.span(1).toBuilder()
              .setUnknownFields(
                  UnknownFieldSet.newBuilder()
                      .addField(
                          9,
                          UnknownFieldSet.Field.newBuilder()
                              .addLengthDelimited(ByteString.copyFromUtf8("broken"))
                              .build())
                      .build())
              .build();
      sampler.send(0, broken);
      sampler.publish(
          3,
          10_000,
          "policies: [{name: vip, type: string_attribute, string_attribute: {key: a, values: [b],"
              + " invert_match: true}}]");
      sampler.send(11_000, broken.toBuilder().setTraceId(Otlp.traceId(2)).build());
      sampler.passTo(60_000);

      assertThat(sampler.exported()).hasSize(2);
      assertThat(sampler.deadLetters()).isEmpty();
    }
  }

  @Test
  void largeTraceGoesOutInParts() {
    try (SamplerHarness sampler = sampler().maxExportRecord(1_000).start()) {
      for (int i = 0; i < 5; i++) {
        sampler.send(i, child(1, "x".repeat(300)));
      }
      sampler.passTo(30_000);

      List<Exported> parts = sampler.exported();
      assertThat(parts)
          .extracting(part -> part.header("tailrace-part"))
          .containsExactly("1/3", "2/3", "3/3");
      assertThat(parts)
          .allSatisfy(part -> assertThat(part.record().value()).hasSizeLessThan(1_001));
      assertThat(parts.stream().mapToInt(part -> part.spans().size()).sum()).isEqualTo(5);
    }
  }

  @Test
  void unkeyedModeShufflesByTraceId() {
    try (SamplerHarness sampler = sampler().unkeyed().start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(2), child(1, "a"));
      sampler.sendBytes(1, new byte[] {1, 2, 3});
      assertThat(sampler.read("by-trace"))
          .extracting(record -> new String(record.key(), StandardCharsets.US_ASCII))
          .as("one for the only partition, keyed by its first trace")
          .containsExactly("00000000000000010000000000000001");
      sampler.passTo(30_000);
      assertThat(sampler.exported()).as("before the watermark").isEmpty();
      sampler.driver.advanceWallClockTime(Duration.ofMillis(200));

      assertThat(sampler.exported()).hasSize(2);
      assertThat(sampler.deadLetters()).hasSize(1);
    }
  }

  @Test
  void sameLogGivesSameVerdicts_whateverTheClockDoes() {
    String limited =
        """
        policies:
          - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
          - {name: few, type: rate_limiting, rate_limiting: {spans_per_second: 5}}
        """;
    List<List<String>> runs = new ArrayList<>();
    for (boolean quietSpells : new boolean[] {false, true}) {
      try (SamplerHarness sampler = sampler().policies(limited).heap(5_000).start()) {
        Random random = new Random(5);
        for (int at = 0; at < 200_000; at += 50) {
          sampler.send(
              at - random.nextInt(500),
              random.nextInt(50) == 0 ? error(at / 500) : child(at / 500, "s" + at));
          if (random.nextInt(20) == 0 && quietSpells) {
            sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + at - 500);
            sampler.driver.advanceWallClockTime(Duration.ofSeconds(3));
          }
        }
        sampler.passTo(500_000);
        runs.add(
            sampler.exported().stream()
                .map(t -> t.traceId() + t.header("tailrace-policy") + t.spans().size())
                .toList());
      }
    }
    assertThat(runs.get(0)).hasSizeGreaterThan(50).hasSizeLessThan(399);
    assertThat(runs.get(1)).isEqualTo(runs.get(0));
  }
}
