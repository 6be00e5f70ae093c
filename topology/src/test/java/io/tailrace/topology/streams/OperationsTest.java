package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.topology.config.OperationsBy;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.sampling.Otlp;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts of the operations of all traces, by a task. */
class OperationsTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String HALF =
      "policies: [{name: half, type: probabilistic, probabilistic: {sampling_percentage: 50}}]";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final Pattern EXEMPLAR = Pattern.compile("# \\{.*trace_id=\"([0-9a-f]{32})\"");

  @TempDir Path stateDir;
  private SamplerHarness sampler;

  private void start(OperationsBy by, int max, String policies) {
    sampler =
        new SamplerHarness.Builder(stateDir)
            .policies(policies)
            .verdictRetention(600_000)
            .operations(by, max)
            .start();
  }

  @AfterEach
  void stop() {
    sampler.close();
  }

  private static Span.Builder call(long trace, String name, Span.SpanKind kind, long millis) {
    return Otlp.span(trace).toBuilder()
        .setName(name)
        .setKind(kind)
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(trace + 1).array()))
        .setStartTimeUnixNano(1_000_000_000)
        .setEndTimeUnixNano(1_000_000_000 + millis * 1_000_000);
  }

  private static Span.Builder server(long trace, String name, long millis) {
    return call(trace, name, Span.SpanKind.SPAN_KIND_SERVER, millis);
  }

  private static Span.Builder failed(Span.Builder span) {
    return span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
  }

  private static Span.Builder below(Span.Builder span) {
    return span.setParentSpanId(ByteString.copyFromUtf8("parent__"));
  }

  private void send(long atMillis, String service, Span.Builder... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span.Builder span : spans) {
      scope.addSpans(span);
    }
    sampler.sendBytes(
        atMillis,
        TracesData.newBuilder()
            .addResourceSpans(Otlp.resource(service).addScopeSpans(scope))
            .build()
            .toByteArray());
  }

  private OperationReport of(String service, String operation) {
    return sampler.operations.reports().stream()
        .filter(one -> one.service().equals(service) && one.operation().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  private String scraped() {
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, sampler.prometheus, Clock.SYSTEM)
        .scrape(OPEN_METRICS);
  }

  /** The value of the only series with this name and these labels; -1 if there is none. */
  private double series(String name, String... labels) {
    List<String> found =
        scraped()
            .lines()
            .filter(line -> line.startsWith(name + "{"))
            .filter(line -> List.of(labels).stream().allMatch(line::contains))
            .toList();
    assertThat(found).hasSizeLessThan(2);
    return found.isEmpty()
        ? -1
        : Double.parseDouble(found.get(0).replaceFirst(" #.*", "").replaceFirst(".*} ", ""));
  }

  @Test
  void countsEachTraceByItsRoot_keptOrNot() {
    start(OperationsBy.ROOT, 100, ERRORS);
    send(0, "cart", server(1, "GET /cart", 30), below(failed(server(1, "SELECT", 20))));
    send(1, "cart", server(2, "GET /cart", 300));
    send(2, "cart", failed(server(3, "GET /cart", 3)));
    send(3, "shop", call(4, "GET /cart", Span.SpanKind.SPAN_KIND_CLIENT, 1));
    assertThat(sampler.operations.reports()).isEmpty(); // nothing is decided
    sampler.passTo(31_000);

    OperationReport cart = of("cart", "GET /cart");
    assertThat(cart.kind()).isEqualTo("SPAN_KIND_SERVER");
    assertThat(cart.calls()).isEqualTo(3);
    assertThat(cart.errors()).isEqualTo(1);
    assertThat(cart.failed()).isEqualTo(2);
    assertThat(cart.kept()).isEqualTo(2);
    assertThat(cart.weighted()).isEqualTo(2);
    assertThat(cart.weight()).isEqualTo(2);
    assertThat(cart.policies()).containsExactly(new OperationReport.Keeps("errors", 2));
    assertThat(cart.recent())
        .extracting(OperationReport.Recent::traceId)
        .containsExactly("00000000000000010000000000000003", "00000000000000010000000000000001");
    assertThat(of("shop", "GET /cart").kept()).isZero();

    String calls = "traces_span_metrics_calls_total";
    String kept = "traces_span_metrics_kept_total";
    assertThat(series(calls, "service_name=\"cart\"", "status_code=\"STATUS_CODE_UNSET\""))
        .isEqualTo(2);
    assertThat(series(kept, "service_name=\"cart\"", "status_code=\"STATUS_CODE_UNSET\""))
        .isEqualTo(1);
    assertThat(series(calls, "span_name=\"GET /cart\"", "status_code=\"STATUS_CODE_ERROR\""))
        .isEqualTo(1);
    assertThat(series(calls, "span_kind=\"SPAN_KIND_CLIENT\"", "service_name=\"shop\""))
        .isEqualTo(1);
    String bucket = "traces_span_metrics_duration_seconds_bucket";
    String[] cartUnset = {"service_name=\"cart\"", "STATUS_CODE_UNSET"};
    assertThat(series(bucket, cartUnset[0], cartUnset[1], "le=\"0.05\"")).isEqualTo(1);
    assertThat(series(bucket, cartUnset[0], cartUnset[1], "le=\"0.4\"")).isEqualTo(2);
    assertThat(series("traces_span_metrics_duration_seconds_sum", cartUnset)).isEqualTo(0.33);
  }

  @Test
  void countsTracesWithoutRootTogether_andALateRootNotAgain() {
    start(OperationsBy.ROOT, 100, ERRORS);
    send(0, "cart", below(failed(server(1, "a", 7))));
    sampler.passTo(31_000);
    send(31_001, "cart", server(1, "GET /cart", 30));
    sampler.passTo(62_002);

    OperationReport rootless = of("(no root)", "(no root)");
    assertThat(rootless.calls()).isEqualTo(1);
    assertThat(rootless.errors()).isZero(); // the status of the root is not known
    assertThat(rootless.failed()).isEqualTo(1);
    assertThat(rootless.kept()).isEqualTo(1);
    assertThat(rootless.seconds()).isEqualTo(0.007);
    assertThat(sampler.operations.reports())
        .extracting(OperationReport::operation)
        .doesNotContain("GET /cart");
  }

  @Test
  void countsTheKeepOfADroppedTrace_whenItIsReadBack() {
    start(OperationsBy.ROOT, 100, ERRORS);
    send(0, "cart", server(1, "GET /cart", 30));
    sampler.passTo(31_000);
    assertThat(of("cart", "GET /cart").kept()).isZero();

    send(31_001, "cart", below(failed(server(1, "late", 1))));
    sampler.tick();
    sampler.readBack();
    sampler.passTo(31_002);
    OperationReport cart = of("cart", "GET /cart");
    assertThat(cart.calls()).isEqualTo(1);
    assertThat(cart.kept()).isEqualTo(1);
    assertThat(cart.policies()).containsExactly(new OperationReport.Keeps("errors", 1));
    assertThat(series("traces_span_metrics_kept_total", "service_name=\"cart\"")).isEqualTo(1);
  }

  @Test
  void countsATraceThatIsCutAtABound_once() {
    sampler =
        new SamplerHarness.Builder(stateDir)
            .policies(ERRORS)
            .maxSpansPerTrace(2)
            .operations(OperationsBy.ROOT, 100)
            .start();
    send(0, "cart", server(1, "GET /cart", 30), below(server(1, "a", 7)));
    send(1, "cart", below(server(1, "b", 7)), server(1, "GET /cart", 40));
    sampler.passTo(31_000);
    sampler.passTo(62_000);
    assertThat(of("cart", "GET /cart").calls()).isEqualTo(1);
    assertThat(of("cart", "GET /cart").seconds()).isEqualTo(0.03);
  }

  @Test
  void countsFurtherOperationsTogether_untilAnIdleOneMakesRoom() {
    start(OperationsBy.ROOT, 2, ERRORS);
    send(0, "cart", server(1, "a", 1), server(2, "b", 1), server(3, "c", 1), server(4, "d", 1));
    send(1, "cart", below(server(5, "no root", 1)));
    sampler.send(31_000, below(server(6, "x", 1)).build());
    assertThat(of("(other)", "(other)").calls()).isEqualTo(2);
    assertThat(of("(no root)", "(no root)").calls()).isEqualTo(1);
    assertThat(sampler.operations.reports()).hasSize(4);

    sampler.wallTime.millis += Duration.ofMinutes(50).toMillis();
    send(31_001, "cart", server(7, "a", 1));
    send(62_001, "cart", server(8, "c", 1)); // decides a
    sampler.wallTime.millis += Duration.ofMinutes(20).toMillis();
    sampler.send(93_000, below(server(9, "x", 1)).build()); // decides c; b is idle
    assertThat(of("cart", "c").calls()).isEqualTo(1);
    assertThat(of("cart", "a").calls()).isEqualTo(2);
    assertThat(scraped()).doesNotContain("span_name=\"b\"").contains("span_name=\"c\"");
  }

  @Test
  void countsEntrySpansOfEachService_lateOnesToo() {
    start(OperationsBy.SERVICE, 100, ERRORS);
    send(
        0,
        "cart",
        server(1, "GET /cart", 30),
        below(call(1, "SELECT", Span.SpanKind.SPAN_KIND_CLIENT, 20)));
    send(1, "stock", below(failed(server(1, "GET /stock", 9))));
    send(2, "stock", below(call(1, "reserve", Span.SpanKind.SPAN_KIND_CONSUMER, 9)));
    sampler.passTo(31_000);
    send(31_001, "stock", below(server(1, "GET /stock", 11)));
    sampler.tick();
    sampler.passTo(62_002);

    assertThat(of("cart", "GET /cart").kept()).isEqualTo(1);
    assertThat(of("stock", "reserve").kind()).isEqualTo("SPAN_KIND_CONSUMER");
    OperationReport stock = of("stock", "GET /stock");
    assertThat(stock.calls()).isEqualTo(2);
    assertThat(stock.errors()).isEqualTo(1);
    assertThat(stock.kept()).isEqualTo(2);
    assertThat(stock.recent()).hasSize(1);
    assertThat(sampler.operations.reports())
        .extracting(OperationReport::operation)
        .doesNotContain("SELECT", "(no root)");
  }

  @Test
  void exemplarsAreKeptTraces_andOnlyThese() {
    start(OperationsBy.ROOT, 100, HALF);
    Random random = new Random(3);
    for (int trace = 1; trace <= 400; trace++) {
      send(trace, "cart", server(random.nextLong() >>> 8, "op" + trace % 20, 30));
    }
    sampler.passTo(31_000);
    Set<String> kept = new HashSet<>();
    sampler.exported().forEach(e -> kept.add(e.traceId()));
    Set<String> exemplars = new HashSet<>();
    Matcher found = EXEMPLAR.matcher(scraped());
    while (found.find()) {
      exemplars.add(found.group(1));
    }
    assertThat(kept).hasSizeBetween(100, 300);
    assertThat(exemplars).hasSizeGreaterThan(5);
    assertThat(kept).containsAll(exemplars);
  }

  @Test
  void countsNothingIfSwitchedOff() {
    start(OperationsBy.OFF, 100, ERRORS);
    send(0, "cart", failed(server(1, "GET /cart", 30)));
    sampler.passTo(31_000);
    assertThat(sampler.exported()).hasSize(1);
    assertThat(sampler.operations.reports()).isEmpty();
    assertThat(scraped()).doesNotContain("traces_span_metrics");
  }

  /** Counts of one operation, computed from the traces themselves. */
  private static final class Expected {
    private long calls;
    private long errors;
    private long kept;
    private final Map<Integer, Long> millis = new TreeMap<>();
  }

  /** A trace of the model. */
  private record Trace(String service, String root, boolean rootFails, int millis, boolean kept) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void equalsACountOfTheTracesThemselves(long seed) {
    start(OperationsBy.ROOT, 1_000, ERRORS);
    Random random = new Random(seed);
    Map<String, Expected> expected = new HashMap<>();
    List<Span.Builder> later = new ArrayList<>();
    List<String> laterServices = new ArrayList<>();
    long at = 0;
    int traces = 300;
    for (int id = 1; id <= traces; id++) {
      boolean hasRoot = random.nextInt(10) > 0;
      boolean rootFails = hasRoot && random.nextInt(6) == 0;
      boolean childFails = random.nextInt(6) == 0;
      Trace trace =
          new Trace(
              hasRoot ? "s" + random.nextInt(3) : "(no root)",
              hasRoot ? "op" + random.nextInt(5) : "(no root)",
              rootFails,
              random.nextInt(3_000),
              rootFails || childFails);
      Span.Builder child = below(server(id, "child", hasRoot ? 1 : trace.millis));
      Span.Builder root = server(id, trace.root, trace.millis);
      at += random.nextInt(300);
      send(at, "other", childFails ? failed(child) : child);
      if (hasRoot) { // it comes with the next trace, or after it
        later.add(rootFails ? failed(root) : root);
        laterServices.add(trace.service);
      }
      while (later.size() > 5) {
        send(at, laterServices.remove(0), later.remove(0));
      }
      Expected of = expected.computeIfAbsent(trace.service + " " + trace.root, k -> new Expected());
      of.calls++;
      of.errors += rootFails ? 1 : 0;
      of.kept += trace.kept ? 1 : 0;
      of.millis.merge(trace.millis, 1L, Long::sum);
    }
    while (!later.isEmpty()) {
      send(at, laterServices.remove(0), later.remove(0));
    }
    sampler.passTo(at + 31_000);

    Map<String, OperationReport> reports =
        sampler.operations.reports().stream()
            .collect(Collectors.toMap(one -> one.service() + " " + one.operation(), one -> one));
    assertThat(reports.keySet()).isEqualTo(expected.keySet());
    reports.forEach((name, report) -> assertEquals(report, expected.get(name)));
    assertThat(reports.values().stream().mapToLong(OperationReport::calls).sum()).isEqualTo(traces);
  }

  private static void assertEquals(OperationReport report, Expected of) {
    assertThat(report.calls()).isEqualTo(of.calls);
    assertThat(report.errors()).isEqualTo(of.errors);
    assertThat(report.kept()).isEqualTo(of.kept);
    int[] bounds = {2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000};
    long below = 0;
    for (int i = 0; i < bounds.length; i++) {
      int bound = bounds[i];
      below += report.buckets().get(i);
      assertThat(below)
          .isEqualTo(
              of.millis.entrySet().stream()
                  .filter(e -> e.getKey() <= bound)
                  .mapToLong(Map.Entry::getValue)
                  .sum());
    }
  }
}
