package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.instance.Engine;
import io.tailrace.topology.instance.Gateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What instances and gateways send of themselves. */
class OwnTelemetryTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static EmbeddedKafka kafka;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.builder().start();
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  /** On topics of its own. */
  private Fleet fleet(String name, String endpoint) {
    return new Fleet(kafka, directory)
        .set("TAILRACE_APPLICATION_ID", name)
        .set("TAILRACE_TOPICS_INGEST", name + "_in")
        .set("TAILRACE_TOPICS_SPANS_BY_TRACE", name + "_by_trace")
        .set("TAILRACE_TOPICS_EXPORT", name + "_out")
        .set("TAILRACE_DECISION_WAIT", "2s")
        .set("TAILRACE_TELEMETRY_ENDPOINT", endpoint)
        .set("TAILRACE_TELEMETRY_INTERVAL", "500ms");
  }

  @Test
  void whatIsReceivedAddsUpToWhatWasDecided() throws Exception {
    try (OtlpHttpReceiver receiver = new OtlpHttpReceiver();
        Fleet fleet = fleet("adds_up", receiver.endpoint());
        TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "adds_up_in")) {
      fleet.set("TAILRACE_TELEMETRY_HEADERS", "authorization=Bearer abc");
      Engine engine = fleet.start(1);
      traffic.writeFor(4_000, 50);
      await()
          .atMost(BOUND)
          .until(() -> receiver.sum("tailrace.traces.decided") >= traffic.traces());
      Set<String> shown = names(engine.adminPort());
      engine.close();

      assertThat(receiver.spans()).extracting(Span::getName).containsOnly("due round");
      // Both tell of work: what a transaction took back is decided, and told, again.
      assertThat(sum(receiver, "tailrace.traces.decided"))
          .isEqualTo((long) receiver.sum("tailrace.traces.decided"))
          .isGreaterThanOrEqualTo(traffic.traces());
      assertThat(sum(receiver, "tailrace.traces.kept"))
          .isEqualTo((long) receiver.sum("tailrace.policy.keeps"))
          .isGreaterThanOrEqualTo(traffic.errorTraces().size());
      assertThat(sum(receiver, "tailrace.spans.decided"))
          .isEqualTo((long) receiver.sum("tailrace.spans.decided"))
          .isGreaterThanOrEqualTo(traffic.traces() * TestTraffic.SPANS_PER_TRACE);
      assertThat(receiver.spans())
          .extracting(span -> text(span, "messaging.destination.name"))
          .containsOnly("adds_up_by_trace");
      assertThat(receiver.spans())
          .extracting(span -> text(span, "messaging.destination.partition.id"))
          .contains("0", "1", "2", "3");
      // Fewer than records, since it is one a tick.
      assertThat((double) receiver.spans().size())
          .isLessThan(receiver.sum("tailrace.records.received") / 2);
      assertThat(receiver.metrics().stream().map(Metric::getName))
          .contains("jvm.memory.used", "process.cpu.usage");
      assertThat(sent(receiver)).isEqualTo(shown);
      assertThat(receiver.resources())
          .isNotEmpty()
          .allSatisfy(
              resource ->
                  assertThat(resource)
                      .containsEntry("service.name", "tailrace")
                      .hasEntrySatisfying(
                          "service.instance.id", id -> assertThat(id).startsWith("adds_up-")));
      assertThat(receiver.resources().stream().map(r -> r.get("service.instance.id")).distinct())
          .hasSize(1);
      assertThat(receiver.authorizations()).containsOnly("Bearer abc");
    }
  }

  @Test
  void withoutAReceiverSamplingGoesOn_andItIsHeardOnceItIsBack() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.tailrace.topology.telemetry");
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    int port;
    try (OtlpHttpReceiver gone = new OtlpHttpReceiver()) {
      port = gone.port();
    }
    try (Fleet fleet = fleet("away", "http://127.0.0.1:" + port);
        TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "away_in")) {
      Engine engine = fleet.start(1);
      traffic.writeFor(3_000, 50);
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "away_out")) {
        export.readUntil(
            () -> export.spansByTrace().keySet().containsAll(traffic.errorTraces().keySet()));
      }
      await().atMost(BOUND).until(() -> log.list.size() == 2);
      long before = traffic.traces();

      try (OtlpHttpReceiver receiver = new OtlpHttpReceiver(port)) {
        traffic.writeFor(3_000, 50);
        await()
            .atMost(BOUND)
            .until(() -> receiver.sum("tailrace.traces.decided") >= traffic.traces());
        engine.close();
        assertThat(sum(receiver, "tailrace.traces.decided"))
            .isBetween(1L, (long) receiver.sum("tailrace.traces.decided"));
        assertThat(traffic.traces()).isGreaterThan(before);
      }
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactlyInAnyOrder(
            m -> assertThat(m).contains(port + "/v1/metrics, ", "ConnectException"),
            m -> assertThat(m).contains(port + "/v1/traces, ", "ConnectException"),
            m -> assertThat(m).contains(port + "/v1/metrics again"),
            m -> assertThat(m).contains(port + "/v1/traces again"));
  }

  @Test
  void gatewaysSendTheirMetrics_byANameOfTheirOwn() throws Exception {
    try (OtlpHttpReceiver receiver = new OtlpHttpReceiver();
        Fleet fleet = fleet("gate", receiver.endpoint())) {
      for (String of : List.of("GRPC", "HTTP", "ADMIN")) {
        fleet.set("TAILRACE_GATEWAY_" + of + "_PORT", "0");
      }
      try (Gateway gateway = Gateway.start(fleet.config(1))) {
        URI traces = URI.create("http://127.0.0.1:" + gateway.httpPort() + "/v1/traces");
        HttpRequest request =
            HttpRequest.newBuilder(traces)
                .header("Content-Type", "application/x-protobuf")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Otlp.request(Otlp.span(1)).toByteArray()))
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
      }

      assertThat(receiver.sum("tailrace.gateway.spans")).isEqualTo(1);
      assertThat(receiver.resources())
          .extracting(resource -> resource.get("service.name"))
          .containsOnly("tailrace-gateway");
    }
  }

  private static long sum(OtlpHttpReceiver receiver, String attribute) {
    return receiver.spans().stream()
        .flatMap(span -> span.getAttributesList().stream())
        .filter(a -> a.getKey().equals(attribute))
        .mapToLong(a -> a.getValue().getIntValue())
        .sum();
  }

  private static String text(Span span, String attribute) {
    return span.getAttributesList().stream()
        .filter(a -> a.getKey().equals(attribute))
        .map(KeyValue::getValue)
        .findFirst()
        .orElseThrow()
        .getStringValue();
  }

  /** Our own meters that were sent, as Prometheus writes their names. */
  private static Set<String> sent(OtlpHttpReceiver receiver) {
    return receiver.metrics().stream()
        .map(metric -> metric.getName().replace('.', '_'))
        .filter(name -> name.startsWith("tailrace_"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those on {@code /metrics}, without what Prometheus adds to a name. */
  private static Set<String> names(int adminPort) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("tailrace_"))
        .map(line -> line.replaceFirst("[{ ].*", ""))
        .map(name -> name.replaceFirst("_(total|bucket|sum|count)$", ""))
        .map(name -> name.replaceFirst("_seconds_max$", "_max"))
        .map(name -> name.replaceFirst("_(seconds|bytes)$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
