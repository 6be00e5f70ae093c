package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grouping, waiting, late spans and the log's time. */
class TailSamplerTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  @Test
  void keepsTraceWhole_whenErrorArrivesInLastBatch() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(2));
      sampler.send(10_000, Otlp.child(1, "a"));
      sampler.send(29_999, Otlp.error(1));
      assertThat(sampler.exported()).isEmpty();

      sampler.passTo(30_000);

      List<Exported> exported = sampler.exported();
      assertThat(exported).hasSize(1);
      assertThat(exported.get(0).traceId()).isEqualTo("00000000000000010000000000000001");
      assertThat(exported.get(0).spans())
          .containsExactly(Otlp.span(1), Otlp.child(1, "a"), Otlp.error(1));
      assertThat(exported.get(0).header("tailrace-policy")).isEqualTo("errors");
      assertThat(exported.get(0).header("tailrace-policy-version")).isEqualTo("0");
      assertThat(exported.get(0).header("tailrace-late")).isNull();
    }
  }

  @Test
  void readsTracesBackFromDisk() {
    try (SamplerHarness sampler = sampler().policies(ERRORS).onDisk().start()) {
      for (int i = 0; i < 20; i++) {
        sampler.send(i * 1_000, Otlp.child(1, "a" + i), Otlp.child(2, "b" + i), Otlp.error(3));
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
        Span span = Otlp.child(i % 5 + 1, "s" + i);
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
      sampler.send(0, Otlp.error(1), Otlp.span(2));
      sampler.passTo(30_000);
      sampler.exported();

      sampler.send(40_000, Otlp.child(1, "late"), Otlp.child(2, "late"));

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(
              late -> {
                assertThat(late.spans()).containsExactly(Otlp.child(1, "late"));
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
      sampler.send(630_000, Otlp.child(1, "in time"));
      assertThat(sampler.exported()).hasSize(1);
      sampler.send(630_001, Otlp.child(1, "too late"));
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
      sampler.send(0, Otlp.child(1, "a"), Otlp.child(2, "b"));
      sampler.send(3_000, Otlp.span(1));
      sampler.passTo(7_999);
      assertThat(sampler.exported()).isEmpty();

      sampler.passTo(8_000);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(2));

      sampler.send(27_000, Otlp.span(2));
      sampler.passTo(30_000);
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void aSpanThatMeetsTheRootConditionShortensTheWait_andNoOther() {
    String policies =
        """
        root_span_condition: kind == 2 and 1 / (end_time_unix_nano - 7) != 5
        policies: [{name: all, type: always_sample}]
        """;
    try (SamplerHarness sampler = sampler().policies(policies).waits(30_000, 5_000).start()) {
      Span server = Otlp.child(1, "server").toBuilder().setKindValue(2).build();
      Span failing = Otlp.child(2, "x").toBuilder().setKindValue(2).setEndTimeUnixNano(7).build();
      sampler.send(0, Otlp.span(1), Otlp.span(2), failing);
      sampler.send(3_000, server);
      sampler.passTo(7_999);
      assertThat(sampler.exported()).isEmpty();

      sampler.passTo(8_000);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).contains(server));
      sampler.passTo(30_000);
      assertThat(sampler.exported()).singleElement();
    }
  }

  @Test
  void theRootConditionIsThatOfTheTimeOfTheSpan() {
    String all = "policies: [{name: all, type: always_sample}]";
    try (SamplerHarness sampler = sampler().policies(all).waits(30_000, 5_000).start()) {
      sampler.publish(1, 10_000, "root_span_condition: kind == 2\n" + all);
      Span server = Otlp.child(1, "server").toBuilder().setKindValue(2).build();
      sampler.send(9_999, server, Otlp.child(2, "a"));
      sampler.send(10_000, Otlp.span(1), Otlp.child(2, "b").toBuilder().setKindValue(2).build());
      sampler.passTo(15_000);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.traceId()).endsWith("2"));
    }
  }

  @Test
  void spanAtTheDueTimeIsLate_alsoWithinOneRecord() {
    try (SamplerHarness sampler =
        sampler().policies("{reconsider_late: false, " + ERRORS + "}").start()) {
      sampler.send(0, Otlp.span(1));
      sampler.send(30_000, Otlp.error(1), Otlp.error(2));
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
      sampler.send(-80_000_000, Otlp.child(1, "a day behind"));
      sampler.passTo(49_999);
      assertThat(sampler.exported()).isEmpty();
      sampler.passTo(50_000);
      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(2));
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

  /** A limit of docs/guarantees.md: the clock of the instance is an hour ahead. */
  @Test
  void quietPartitionDecidesEarly_whenTheClockIsAhead_andLaterSpansAreLate() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.send(0, Otlp.span(1));
      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 3_600_000);
      sampler.driver.advanceWallClockTime(Duration.ofSeconds(3));
      assertThat(sampler.exported()).hasSize(1);

      sampler.send(1_000, Otlp.child(1, "late"), Otlp.span(2));
      assertThat(sampler.exported())
          .extracting(trace -> trace.header("tailrace-late"))
          .first()
          .isEqualTo("true");
    }
  }

  /** The clock of the instance is an hour behind: time from it does not lead. */
  @Test
  void busyPartitionDecidesByItsRecords_whenTheClockIsBehind() {
    try (SamplerHarness sampler = sampler().start()) {
      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START - 3_600_000);
      sampler.send(0, Otlp.span(1));
      sampler.driver.advanceWallClockTime(Duration.ofSeconds(3));
      sampler.send(29_999, Otlp.child(1, "last"));
      sampler.passTo(30_000);

      assertThat(sampler.exported()).extracting(trace -> trace.spans().size()).containsExactly(2);
    }
  }

  /** Otherwise, a restart would read spans that arrive meanwhile before it decides. */
  @Test
  void quietPartitionMovesOnWithTheClock_onlyOnceThatIsCommitted_atLeastOnce() {
    try (SamplerHarness sampler = sampler().atLeastOnce().start()) {
      sampler.send(0, Otlp.span(1));
      sampler.committed(29_999);
      sampler.caughtUpAsOf = OptionalLong.of(SamplerHarness.START + 32_000);
      sampler.driver.advanceWallClockTime(Duration.ofMinutes(5));
      assertThat(sampler.exported()).isEmpty();

      sampler.committed(30_000);
      sampler.send(1, Otlp.child(1, "late"));

      assertThat(sampler.exported())
          .extracting(trace -> trace.spans().size())
          .as("the trace, then its late span")
          .containsExactly(1, 1);
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
  void unkeyedModeShufflesByTraceId() {
    try (SamplerHarness sampler = sampler().unkeyed().start()) {
      sampler.send(0, Otlp.span(1), Otlp.span(2), Otlp.child(1, "a"));
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recordsOfAnotherFormatAreDeadLetters(boolean keyed) throws IOException {
    List<String> formats =
        List.of("jaeger-span.bin", "jaeger-span-that-parses.bin", "otlp-logs.bin");
    try (SamplerHarness sampler = (keyed ? sampler() : sampler().unkeyed()).start()) {
      for (String format : formats) {
        try (InputStream in =
            TailSamplerTest.class.getResourceAsStream("/other-formats/" + format)) {
          sampler.sendBytes(0, in.readAllBytes());
        }
      }
      sampler.send(1, Otlp.span(1));
      assertThat(sampler.deadLetters()).hasSize(formats.size());
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
              random.nextInt(50) == 0 ? Otlp.error(at / 500) : Otlp.child(at / 500, "s" + at));
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
