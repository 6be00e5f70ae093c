package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class VirtualTrafficTest {
  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private static final long START_NANOS = START.getEpochSecond() * 1_000_000_000;
  private static final long ALL = Long.MAX_VALUE;

  private final CollectedSpans spans = new CollectedSpans();

  @Test
  void letsTracesEndAtTheRate_whateverTheClockSays() {
    VirtualTraffic.Amount made = traffic(1).run(1_000, ALL, spans);

    assertThat(ends(spans.byTraceId().values()))
        .containsExactlyElementsOf(
            LongStream.range(0, 1_000).mapToObj(i -> START_NANOS + i * 50_000_000).toList());
    assertThat(made.end()).isEqualTo(START.plusMillis(999 * 50));
  }

  @Test
  void exportsASecondOfEachServiceAtOnce() {
    traffic(1).run(1_000, ALL, spans);

    int services = Service.values().length;
    assertThat(spans.batches).hasSizeBetween(40 * services, 51 * services);
  }

  @Test
  void stopsAfterTheTraceThatBringsTheLastSpan() {
    VirtualTraffic.Amount made = traffic(1).run(ALL, 5_000, spans);

    int largest = spans.byTraceId().values().stream().mapToInt(List::size).max().orElseThrow();
    assertThat(made.spans()).isBetween(5_000L, 5_000L + largest);
    assertThat(made.spans()).isEqualTo(spans.batches.stream().mapToInt(List::size).sum());
    assertThat(made.traces()).isEqualTo(spans.byTraceId().size());
  }

  @Test
  void makesTheSameBatches_ofTheSameSeed() {
    CollectedSpans again = new CollectedSpans();
    CollectedSpans other = new CollectedSpans();

    traffic(7).run(500, ALL, spans);
    traffic(7).run(500, ALL, again);
    traffic(8).run(500, ALL, other);

    assertThat(facts(again)).isEqualTo(facts(spans));
    assertThat(facts(other)).isNotEqualTo(facts(spans));
  }

  @Test
  void marksOneTraceInSixteenAsCanary_withAllItsSpans() {
    traffic(1).run(2_000, ALL, spans);

    Collection<List<SpanData>> traces = spans.byTraceId().values();
    assertThat(traces.stream().filter(VirtualTrafficTest::isCanary).count()).isBetween(90L, 160L);
    assertThat(traces)
        .filteredOn(VirtualTrafficTest::isCanary)
        .allSatisfy(trace -> assertThat(trace).allMatch(VirtualTrafficTest::isCanary));
  }

  @Test
  void refusesRateOfZero() {
    assertThatThrownBy(() -> new VirtualTraffic(1, 0, 0, START))
        .hasMessage("tracesPerSecond: 0.0 (expected: > 0)");
  }

  private static VirtualTraffic traffic(long seed) {
    return new VirtualTraffic(seed, 0.01, 20, START);
  }

  private static List<Long> ends(Collection<List<SpanData>> traces) {
    return traces.stream()
        .map(trace -> trace.stream().mapToLong(SpanData::getEndEpochNanos).max().orElseThrow())
        .sorted()
        .toList();
  }

  private static List<List<String>> facts(CollectedSpans spans) {
    return spans.batches.stream()
        .map(batch -> batch.stream().map(VirtualTrafficTest::facts).toList())
        .toList();
  }

  private static String facts(SpanData span) {
    return String.join(
        " ",
        span.getTraceId(),
        span.getSpanId(),
        span.getName(),
        String.valueOf(span.getStartEpochNanos()),
        String.valueOf(span.getEndEpochNanos()),
        span.getAttributes().toString());
  }

  private static boolean isCanary(List<SpanData> trace) {
    return trace.stream().anyMatch(VirtualTrafficTest::isCanary);
  }

  private static boolean isCanary(SpanData span) {
    return "canary".equals(span.getSpanContext().getTraceState().get("shop"));
  }
}
