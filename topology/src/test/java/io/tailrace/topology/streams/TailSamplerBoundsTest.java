package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.streams.SamplerHarness.Exported;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounds and unreadable records, which affect nothing else. */
class TailSamplerBoundsTest {
  @TempDir Path stateDir;

  private SamplerHarness.Builder sampler() {
    return new SamplerHarness.Builder(stateDir);
  }

  @Test
  void brokenRecordIsADeadLetter_andItsNeighboursAreUnharmed() {
    try (SamplerHarness sampler = sampler().start()) {
      byte[] garbage = "not protobuf".getBytes(StandardCharsets.US_ASCII);
      sampler.send(0, Otlp.span(1));
      sampler.sendBytes(1, garbage);
      sampler.sendBytes(2, null);
      sampler.send(3, Otlp.child(1, "a"));
      sampler.passTo(30_000);

      assertThat(sampler.exported())
          .singleElement()
          .satisfies(trace -> assertThat(trace.spans()).hasSize(2));
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
        sampler.send(i, Otlp.child(1, "s" + i));
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
      sampler.send(0, Otlp.child(1, "x".repeat(300)));
      assertThat(sampler.exported()).hasSize(1);
    }
  }

  @Test
  void fullTaskDecidesItsOldestTraces() {
    try (SamplerHarness sampler = sampler().maxBytesPerTask(1_200).start()) {
      for (int i = 1; i <= 4; i++) {
        sampler.send(i, Otlp.child(i, "x".repeat(300)));
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
  void largeTraceGoesOutInParts() {
    try (SamplerHarness sampler = sampler().maxExportRecord(1_000).start()) {
      for (int i = 0; i < 5; i++) {
        sampler.send(i, Otlp.child(1, "x".repeat(300)));
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
}
