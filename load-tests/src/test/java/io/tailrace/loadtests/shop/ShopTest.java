package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ShopTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final int REQUESTS = 5_000;

  @Test
  void breaksTheGivenShareOfTraces() {
    Collection<List<SpanData>> traces = serve(1, 0.02).byTraceId().values();

    long broken = traces.stream().filter(ShopTest::hasError).count();

    assertThat((double) broken / traces.size()).isEqualTo(0.02, within(0.006));
  }

  @Test
  void breaksNothing_atShareZero() {
    assertThat(serve(1, 0).byTraceId().values()).noneMatch(ShopTest::hasError);
  }

  @Test
  void lastsMoreThanSecond_inSomeThreePercentOfTraces() {
    Collection<List<SpanData>> traces = serve(1, 0.02).byTraceId().values();

    long slow = traces.stream().filter(trace -> truth(trace).durationMillis() > 1000).count();

    assertThat((double) slow / traces.size()).isEqualTo(0.03, within(0.012));
  }

  @Test
  void spansMostlySixToFifteen_overSeveralServices() {
    Collection<List<SpanData>> traces = serve(1, 0).byTraceId().values();

    assertThat(traces.stream().filter(trace -> trace.size() >= 6 && trace.size() <= 15).count())
        .isGreaterThan(REQUESTS * 2 / 3);
    assertThat(traces.stream().mapToLong(trace -> services(trace)).average().orElseThrow())
        .isBetween(4.0, 6.0);
    assertThat(traces).anyMatch(trace -> depth(trace) >= 30);
    assertThat(traces).anyMatch(trace -> trace.size() > 100);
  }

  @Test
  void endsNow_whateverItLasted() {
    long nowNanos = NOW.getEpochSecond() * 1_000_000_000;
    assertThat(serve(1, 0.02).byTraceId().values())
        .allMatch(trace -> truth(trace).endEpochNanos() == nowNanos);
  }

  @Test
  void makesTreesOfOneRoot_whoseChildrenBeginAfterTheirParents() {
    assertThat(serve(1, 0.02).byTraceId().values())
        .allSatisfy(
            trace -> {
              Map<String, SpanData> spans = bySpanId(trace);
              assertThat(trace.stream().filter(ShopTest::isRoot)).hasSize(1);
              assertThat(trace)
                  .filteredOn(span -> !isRoot(span))
                  .allMatch(
                      span ->
                          span.getStartEpochNanos()
                              >= spans.get(span.getParentSpanId()).getStartEpochNanos());
            });
  }

  @Test
  void linksConsumersToProducers() {
    Map<String, List<SpanData>> traces = serve(1, 0).byTraceId();

    List<SpanData> consumers =
        traces.values().stream()
            .flatMap(List::stream)
            .filter(span -> span.getKind() == SpanKind.CONSUMER && !isRoot(span))
            .toList();

    assertThat(consumers)
        .isNotEmpty()
        .allSatisfy(
            span ->
                assertThat(span.getLinks())
                    .singleElement()
                    .matches(
                        link -> link.getSpanContext().getSpanId().equals(span.getParentSpanId())));
    assertThat(traces.values())
        .anyMatch(
            trace -> trace.stream().anyMatch(span -> isRoot(span) && span.getLinks().size() > 1));
  }

  @Test
  void batchesOneService_andManyTraces() {
    assertThat(serve(1, 0.02).batches)
        .hasSizeGreaterThan(12)
        .allSatisfy(
            batch -> {
              assertThat(batch.stream().map(SpanData::getResource).distinct()).hasSize(1);
              assertThat(batch).hasSizeLessThanOrEqualTo(ServiceBatch.MAX_SPANS);
              assertThat(batch.stream().map(SpanData::getTraceId).distinct()).hasSizeGreaterThan(1);
            });
  }

  @Test
  void makesTheSameTraces_ofTheSameSeed() {
    assertThat(ids(serve(7, 0.02))).isEqualTo(ids(serve(7, 0.02)));
    assertThat(serve(7, 0.02).byTraceId().keySet())
        .matches(ids -> Collections.disjoint(ids, serve(8, 0.02).byTraceId().keySet()));
  }

  private static CollectedSpans serve(long seed, double errorShare) {
    CollectedSpans spans = new CollectedSpans();
    try (Shop shop = new Shop(seed, errorShare, InstantSource.fixed(NOW), 0, spans)) {
      for (int request = 0; request < REQUESTS; request++) {
        shop.serve();
      }
    }
    return spans;
  }

  private static List<String> ids(CollectedSpans spans) {
    return spans.batches.stream().flatMap(List::stream).map(SpanData::getSpanId).toList();
  }

  private static TraceTruth truth(List<SpanData> trace) {
    return trace.stream().map(TraceTruth::of).reduce(TraceTruth::plus).orElseThrow();
  }

  private static boolean hasError(List<SpanData> trace) {
    return trace.stream().anyMatch(span -> span.getStatus().getStatusCode() == StatusCode.ERROR);
  }

  private static boolean isRoot(SpanData span) {
    return !SpanId.isValid(span.getParentSpanId());
  }

  private static long services(List<SpanData> trace) {
    return trace.stream().map(SpanData::getResource).distinct().count();
  }

  private static int depth(List<SpanData> trace) {
    Map<String, SpanData> spans = bySpanId(trace);
    return trace.stream().mapToInt(span -> depth(span, spans)).max().orElseThrow();
  }

  private static int depth(SpanData span, Map<String, SpanData> spans) {
    return isRoot(span) ? 1 : 1 + depth(spans.get(span.getParentSpanId()), spans);
  }

  private static Map<String, SpanData> bySpanId(List<SpanData> trace) {
    return trace.stream().collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));
  }
}
