package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.loadtests.CommittedState.Point;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where a restart begins travels in the commit metadata of Kafka Streams, which is internal to it:
 * this must fail when an upgrade changes it.
 */
class RestartPointTest {
  private static final int KEPT = 30;
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";

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
  @Tag("crash")
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

    // A fifth on a quiet machine; a busy one is behind when it is stopped, and has more open.
    assertThat(restored(after)).isPositive().isLessThan(written * 2 / 3);
  }

  /** By the records' times its verdict seems to have expired when its last spans are restored. */
  @Test
  void aTraceIsNotDecidedAgain_whenAnotherPartitionIsFarAhead() throws Exception {
    fleet
        .set("TAILRACE_TOPICS_PARTITIONS", "2")
        .set("TAILRACE_DECISION_WAIT", "1s")
        .set("TAILRACE_VERDICT_RETENTION", "5s")
        .set("TAILRACE_INGEST_IDLE_AFTER", "1h")
        .set("TAILRACE_POLICIES_BOOTSTRAP", policies("{name: all, type: always_sample}"));
    long[] trace = ofPartition(0, 2, 6);
    String split = hex(trace[0]);
    long then = System.currentTimeMillis() - 600_000;
    Engine before = fleet.start(1);
    clients.writeSpans("otlp_spans", 0, then, Otlp.span(trace[0]));
    clients.writeSpans("otlp_spans", 0, then + 8_000, Otlp.span(trace[1]));
    clients.writeSpans("otlp_spans", 0, then + 60_000, Otlp.span(trace[2]));
    awaitOpen(before, 3);
    clients.writeSpans("otlp_spans", 1, then + 500, Otlp.span(trace[0]));
    clients.writeSpans("otlp_spans", 1, then + 2_200, Otlp.span(trace[3]));
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(Set.of(split));
      awaitOpen(before, 3); // the others are not due: partition 1 is behind
      before.close();

      fleet.start(1);
      clients.writeSpans("otlp_spans", 0, then + 100_000, Otlp.span(trace[4]));
      clients.writeSpans("otlp_spans", 1, then + 100_000, Otlp.span(trace[5]));
      export.readUntilAllOf(Set.of(hex(trace[1]), hex(trace[2]), hex(trace[3])));

      assertThat(export.spansByTrace().get(split)).hasSize(2);
      assertThat(export.records).as("a record each").hasSize(4);
    }
  }

  @Test
  @Tag("crash")
  void lateSpansFollowTheirVerdictOnce_whenARestartIsInTheMiddleOfItsRetention_keyed()
      throws Exception {
    lateSpansFollowTheirVerdictOnce(true);
  }

  @Test
  void lateSpansFollowTheirVerdictOnce_whenARestartIsInTheMiddleOfItsRetention_unkeyed()
      throws Exception {
    lateSpansFollowTheirVerdictOnce(false);
  }

  /** The verdicts are older than all open traces, by more than the time settled at their start. */
  private void lateSpansFollowTheirVerdictOnce(boolean keyed) throws Exception {
    fleet
        .set("TAILRACE_INGEST_MODE", keyed ? "keyed" : "unkeyed")
        .set("TAILRACE_TOPICS_PARTITIONS", "1")
        .set("TAILRACE_DECISION_WAIT", "5s")
        .set("TAILRACE_VERDICT_RETENTION", "20s")
        .set("TAILRACE_INGEST_IDLE_AFTER", "1h")
        .set("TAILRACE_TOPICS_DECISIONS", "decisions")
        .set("TAILRACE_POLICIES_BOOTSTRAP", policies(ERRORS, false));
    long then = System.currentTimeMillis() - 600_000;
    Engine before = fleet.start(1);
    for (long trace = 1; trace <= 2 * KEPT; trace++) {
      clients.writeSpans("otlp_spans", 0, then, trace <= KEPT ? failed(trace) : Otlp.span(trace));
    }
    other(then, 0, 23_000);
    for (long trace = 1; trace <= 2 * KEPT; trace++) {
      clients.writeSpans("otlp_spans", 0, then + 23_000, failed(trace));
    }
    other(then, 23_500, 26_800);
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled");
        Logs decisions = new Logs(kafka.bootstrapServers(), "decisions")) {
      export.readUntil(() -> export.records.size() == 2 * KEPT);
      before.close();

      fleet.start(1);
      other(then, 27_000, 60_000);
      clients.writeSpans("otlp_spans", 0, then + 61_000, failed(9_999));
      clients.writeSpans("otlp_spans", 0, then + 70_000, Otlp.span(9_998));

      export.readUntilAllOf(Set.of(hex(9_999)));
      assertThat(export.records).as("a trace, its late span, and the last").hasSize(2 * KEPT + 1);
      Map<String, Integer> decided = new HashMap<>();
      decisions
          .readToEnd()
          .forEach(
              r -> decided.merge(new String(r.key(), StandardCharsets.US_ASCII), 1, Integer::sum));
      assertThat(decided.values()).as("decisions on each trace").containsOnly(1);
      assertThat(decided).hasSizeGreaterThan(2 * KEPT);
    }
  }

  /** All is read at once: an error that came when its trace was due is late, as it was live. */
  @Test
  void aCatchUpDecidesAsLiveReadingWouldHave() throws Exception {
    fleet
        .set("TAILRACE_TOPICS_PARTITIONS", "2")
        .set("TAILRACE_DECISION_WAIT", "5s")
        .set("TAILRACE_INGEST_IDLE_AFTER", "1h")
        .set("TAILRACE_POLICIES_BOOTSTRAP", policies(ERRORS, false));
    Engine topicsMade = fleet.start(1);
    topicsMade.close();
    long then = System.currentTimeMillis() - 600_000;
    for (long trace = 1; trace <= KEPT; trace++) {
      clients.writeSpans("otlp_spans", 0, then, Otlp.span(trace));
    }
    for (long trace = 1; trace <= KEPT; trace++) {
      clients.writeSpans("otlp_spans", 0, then + 20_000, failed(trace));
    }
    clients.writeSpans("otlp_spans", 0, then + 30_000, failed(9_999));
    clients.writeSpans("otlp_spans", 0, then + 60_000, Otlp.span(9_998));
    for (int at = 0; at <= 60; at++) {
      clients.writeSpans("otlp_spans", 1, then + at * 1_000, Otlp.span(10_000 + at));
    }

    fleet.start(1);

    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(Set.of(hex(9_999)));
      assertThat(export.spansByTrace().keySet()).containsExactly(hex(9_999));
    }
  }

  /** A trace each half second. */
  private void other(long then, int from, int to) throws Exception {
    for (int at = from; at <= to; at += 500) {
      clients.writeSpans("otlp_spans", 0, then + at, Otlp.span(20_000 + at));
    }
  }

  private static Span failed(long trace) {
    return Otlp.span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  @Test
  void aTraceThatIsOpenAgainAfterItsVerdictHasExpired_isOpenAfterARestart() throws Exception {
    fleet
        .set("TAILRACE_INGEST_MODE", "keyed")
        .set("TAILRACE_TOPICS_PARTITIONS", "1")
        .set("TAILRACE_DECISION_WAIT", "10s")
        .set("TAILRACE_VERDICT_RETENTION", "20s")
        .set("TAILRACE_INGEST_IDLE_AFTER", "1h")
        .set("TAILRACE_POLICIES_BOOTSTRAP", policies("{name: all, type: always_sample}"));
    long then = System.currentTimeMillis() - 600_000;
    Engine before = fleet.start(1);
    clients.writeSpans("otlp_spans", 0, then, Otlp.span(1));
    clients.writeSpans("otlp_spans", 0, then + 40_000, Otlp.span(2));
    clients.writeSpans("otlp_spans", 0, then + 90_000, Otlp.span(1));
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(Set.of(hex(1), hex(2)));
      before.close();

      fleet.start(1);
      clients.writeSpans("otlp_spans", 0, then + 130_000, Otlp.span(3));

      export.readUntil(() -> export.records.size() == 3);
      assertThat(export.spansByTrace().get(hex(1))).hasSize(2);
    }
  }

  /** Its decision is at the very offset that is committed, and only its last span is restored. */
  @Test
  void aVerdictFromBeforeTheCommitStands_alsoUnderAtLeastOnce() throws Exception {
    fleet
        .set("TAILRACE_PROCESSING_GUARANTEE", "at_least_once")
        .set("TAILRACE_INGEST_MODE", "keyed")
        .set("TAILRACE_TOPICS_PARTITIONS", "1")
        .set("TAILRACE_DECISION_WAIT", "15s")
        .set("TAILRACE_INGEST_IDLE_AFTER", "1s")
        .set("TAILRACE_POLICIES_BOOTSTRAP", policies(ERRORS, true));
    Engine before = fleet.start(1);
    long now = System.currentTimeMillis();
    clients.writeSpans(
        "otlp_spans", 0, now - 14_500, failed(1)); // due in a moment, when it is quiet
    clients.writeSpans("otlp_spans", 0, now, Otlp.span(2)); // due long after
    clients.writeSpans("otlp_spans", 0, now, Otlp.span(1));
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(Set.of(hex(1)));
      before.close();
      assertThat(committed()).hasValue(new Point(3, now, 1, now));

      fleet.start(1);
      clients.writeSpans("otlp_spans", 0, now + 2_000, Otlp.span(1));

      export.readUntil(() -> export.records.size() == 2);
      assertThat(ExportReader.header(export.records.get(1), "tailrace-late")).isEqualTo("true");
      assertThat(export.spansByTrace().get(hex(1))).hasSize(3);
    }
  }

  private String policies(String policy) throws IOException {
    return policies(policy, true);
  }

  private String policies(String policy, boolean reconsiderLate) throws IOException {
    return Files.writeString(
            directory.resolve("policies.yaml"),
            "{reconsider_late: " + reconsiderLate + ", policies: [" + policy + "]}")
        .toString();
  }

  /** The first so many traces that belong on one partition of the shuffle. */
  private static long[] ofPartition(int partition, int partitions, int count) {
    return LongStream.range(1, Long.MAX_VALUE)
        .filter(
            trace ->
                BuiltInPartitioner.partitionForKey(
                        hex(trace).getBytes(StandardCharsets.US_ASCII), partitions)
                    == partition)
        .limit(count)
        .toArray();
  }

  private static String hex(long trace) {
    return ExportReader.hex(Otlp.traceId(trace));
  }

  private static void awaitOpen(Engine engine, int traces) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(
                        engine.metrics().get("tailrace.buffer.traces").gauges().stream()
                            .mapToDouble(Gauge::value)
                            .sum())
                    .isEqualTo(traces));
  }

  private Optional<Point> committed() {
    return CommittedState.of(kafka.bootstrapServers(), "tailrace", "otlp_spans", 0);
  }

  private static double restored(Engine engine) {
    return engine.metrics().get("tailrace.restore.records").counter().count();
  }
}
