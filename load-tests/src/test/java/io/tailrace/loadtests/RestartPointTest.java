package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.CommittedState;
import io.tailrace.topology.CommittedState.Point;
import io.tailrace.topology.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where a restart begins travels in the commit metadata of Kafka Streams, which is internal to it:
 * this must fail when an upgrade changes it.
 */
class RestartPointTest {
  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void commitsCarryWhereTheOldestOpenTraceBegins_alsoOverARestart() throws Exception {
    fleet
        .set("TAILRACE_INGEST_MODE", "keyed")
        .set("TAILRACE_TOPICS_PARTITIONS", "1")
        .set("TAILRACE_DECISION_WAIT", "60s");
    Engine engine = fleet.start(1);
    assertThat(committed()).as("before any record").isEmpty();
    long now = System.currentTimeMillis();
    clients.writeSpans("otlp_spans", 0, now - 120_000, Otlp.span(1));
    clients.writeSpans("otlp_spans", 0, now - 119_000, Otlp.span(1));
    clients.writeSpans("otlp_spans", 0, now - 30_000, Otlp.span(2)); // trace 1 is due by now
    clients.writeSpans("otlp_spans", 0, now - 20_000, Otlp.span(3));
    Point expected = new Point(4, now - 20_000, 2, now - 30_000);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(committed()).hasValue(expected));

    engine.close();
    Engine next = fleet.start(1);
    clients.writeSpans("otlp_spans", 0, now - 10_000, Otlp.span(2));

    Point later = new Point(5, now - 10_000, 2, now - 30_000);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(committed()).hasValue(later));
    assertThat(restored(next)).as("traces 2 and 3, the verdict on 1").isBetween(2.0, 4.0);
  }

  @Test
  void aRestartReadsTheOpenTracesShareOfTheLogOnly() throws Exception {
    fleet.set("TAILRACE_DECISION_WAIT", "1s").set("TAILRACE_VERDICT_RETENTION", "2s");
    Engine before = fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(12_000, 200);
      before.close();
    }
    long written = clients.endOffsets("tailrace_spans_by_trace");
    assertThat(written).isGreaterThan(2_500);

    Engine after = fleet.start(1);

    assertThat(restored(after)).isPositive().isLessThan(written / 3.0);
  }

  private Optional<Point> committed() {
    return CommittedState.of(kafka.bootstrapServers(), "tailrace", "otlp_spans", 0);
  }

  private static double restored(Engine engine) {
    return engine.metrics().get("tailrace.restore.records").counter().count();
  }
}
