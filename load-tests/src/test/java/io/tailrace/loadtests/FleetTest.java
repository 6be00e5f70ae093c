package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.instance.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances on a real broker. */
class FleetTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    Path policies = Files.writeString(directory.resolve("policies.yaml"), ERRORS);
    fleet = new Fleet(kafka, directory).set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void keepsErrorTracesWhole_whileItScalesFromOneToTwoAndBack() {
    keepsErrorTracesWhole("exactly_once");
  }

  @Test
  @Tag("crash")
  void keepsErrorTracesWhole_whileItScalesFromOneToTwoAndBack_atLeastOnce() {
    keepsErrorTracesWhole("at_least_once");
  }

  private void keepsErrorTracesWhole(String guarantee) {
    fleet.set("TAILRACE_PROCESSING_GUARANTEE", guarantee);
    Engine first = fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(4_000, 200);
      Thread scaling = new Thread(() -> fleet.start(2));
      scaling.start();
      traffic.writeFor(8_000, 200);
      join(scaling);
      first.close();
      traffic.writeFor(5_000, 200);

      Map<String, List<String>> expected = new TreeMap<>();
      traffic.errorTraces().forEach((trace, spans) -> expected.put(trace, List.copyOf(spans)));
      assertThat(expected.size()).isGreaterThan(500);
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        export.readUntilAllOf(expected.keySet());
        export.readFor(Duration.ofSeconds(2));
        Map<String, List<String>> came = export.spansByTrace();
        if (guarantee.equals("at_least_once")) { // whole traces may come again, with their verdict
          came.replaceAll((trace, spans) -> spans.stream().distinct().toList());
        }
        assertThat(came).isEqualTo(expected);
      }
    }
  }

  /** Kafka Streams commits nothing of a partition from which it has not read yet. */
  @Test
  void decidesTraces_whenOtherPartitionsAreEmptyOrQuiet_atLeastOnce() throws Exception {
    fleet.set("TAILRACE_PROCESSING_GUARANTEE", "at_least_once");
    TestClients clients = new TestClients(kafka.bootstrapServers());
    for (int instance = 1; instance <= 2; instance++) {
      Engine engine = fleet.start(instance);
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        clients.writeSpans("otlp_spans", instance, System.currentTimeMillis(), error(instance));

        export.readUntilAllOf(Set.of("%016x%016x".formatted(1, instance)));
      }
      engine.close();
    }
  }

  private static Span error(long trace) {
    return Otlp.span(trace).toBuilder()
        .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
        .build();
  }

  @Test
  void restartsWithOpenTracesAsIfItHadNeverStopped() {
    fleet.set("TAILRACE_DECISION_WAIT", "8s").set("TAILRACE_BUFFER_CHUNK", "64");
    Engine before = fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      traffic.writeFor(5_000, 100);
      before.close();
      Engine after = fleet.start(1);
      assertThat(after.metrics().get("tailrace.restore.records").counter().count()).isPositive();
      traffic.writeFor(4_000, 100);

      Map<String, List<String>> expected = new TreeMap<>();
      traffic.errorTraces().forEach((trace, spans) -> expected.put(trace, List.copyOf(spans)));
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        export.readUntilAllOf(expected.keySet());
        export.readFor(Duration.ofSeconds(2));
        assertThat(export.spansByTrace()).isEqualTo(expected);
        assertThat(export.records)
            .as("whole, in one record each")
            .hasSize(expected.size())
            .allSatisfy(
                record ->
                    assertThat(ExportReader.header(record, "tailrace-policy")).isEqualTo("errors"));
      }
    }
  }

  @Test
  void policiesChangeWhileItRuns_andInvalidOnesAreRefused() throws Exception {
    Engine engine = fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      publish("policies: [{name: broken, type: latency, latency: {threshold_ms: -1}}]");
      publish("policies: [{name: everything, type: always_sample}]");
      traffic.writeFor(2_000, 50);
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        export.readUntil(() -> export.spansByTrace().size() == traffic.traces());
        assertThat(export.records)
            .allSatisfy(
                record ->
                    assertThat(ExportReader.header(record, "tailrace-policy-version"))
                        .isEqualTo("2"));
      }
      assertThat(
              engine
                  .metrics()
                  .get("tailrace.policy.documents")
                  .tag("result", "refused")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @Test
  void garbageLandsInTheDeadLetters() {
    fleet.start(1);
    try (TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans");
        ExportReader letters =
            new ExportReader(kafka.bootstrapServers(), "tailrace_dead_letters")) {
      byte[] garbage = "{\"not\": \"protobuf\"}".getBytes(StandardCharsets.UTF_8);
      traffic.writeBytes(garbage);

      letters.readUntil(() -> letters.records.size() == 1);
      assertThat(letters.records.get(0).value()).isEqualTo(garbage);
      assertThat(ExportReader.header(letters.records.get(0), "tailrace-topic"))
          .isEqualTo("otlp_spans");
    }
  }

  private void publish(String document) throws Exception {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  "tailrace_policies", "default", document.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
