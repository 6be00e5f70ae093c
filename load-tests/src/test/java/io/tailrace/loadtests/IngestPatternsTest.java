package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.instance.Engine;
import io.tailrace.topology.instance.Gateway;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest topics by pattern; kept traces go to a topic that the pattern matches, too. */
class IngestPatternsTest {
  private static final String EXPORT = "otlp_spans_sampled";
  private static final int SPANS_PER_TRACE = 6;

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private Fleet fleet;
  private TestClients clients;
  private KafkaProducer<byte[], byte[]> producer;
  private final Map<String, List<String>> expected = new TreeMap<>();

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    String errors =
        "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
    Path policies = Files.writeString(directory.resolve("policies.yaml"), errors);
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString())
            .set("TAILRACE_TOPICS_INGEST", "^otlp_spans_");
  }

  @AfterEach
  void stop() {
    producer.close();
    fleet.close();
    kafka.close();
  }

  @Test
  void tracesOverAllMatchedTopicsComeOutWhole_andATopicThatComesLaterWaitsForAFullRestart()
      throws Exception {
    createTopic("otlp_spans_a", 1);
    createTopic("otlp_spans_b", 3);
    Engine first = fleet.start(1);
    writeTraces(1, 60, "otlp_spans_a", "otlp_spans_b");
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), EXPORT)) {
      export.readUntilAllOf(expected.keySet());

      createTopic("otlp_spans_0", 2); // which sorts before those that are read
      Map<String, List<String>> before = new TreeMap<>(expected);
      writeTraces(101, 20, "otlp_spans_0");
      Map<String, List<String>> onlyOnNew = new TreeMap<>(expected);
      onlyOnNew.keySet().removeAll(before.keySet());
      Engine second = fleet.start(2);
      assertThat(unread(second)).as("the fleet's list, not what matches now").isEqualTo(1);
      await().atMost(Duration.ofSeconds(90)).until(() -> unread(first) == 1); // looks each minute
      assertThat(tracesThatASimulationFinds()).as("by what the fleet reads").isEqualTo(60);
      expected.keySet().removeAll(onlyOnNew.keySet());
      writeTraces(201, 60, "otlp_spans_a", "otlp_spans_b");
      export.readUntilAllOf(expected.keySet());
      assertThat(export.spansByTrace()).isEqualTo(expected);

      fleet.close();
      Engine alone = fleet.start(1);
      expected.putAll(onlyOnNew);
      writeTraces(301, 60, "otlp_spans_a", "otlp_spans_b", "otlp_spans_0");
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(2));
      assertThat(export.spansByTrace()).as("each span once").isEqualTo(expected);
      assertThat(unread(alone)).isZero();
      assertThat(alone.failure()).isNotDone();
    }
  }

  @Test
  void aPatternWithoutATopicIsTold_andNoneIsMade() throws Exception {
    assertThat(catchThrowable(() -> fleet.start(1)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topics.ingest: \"^otlp_spans_\" (expected: a pattern that");
    assertThat(clients.topics()).isEmpty();
  }

  @Test
  void theGatewayWantsATopicByItsName() {
    assertThat(catchThrowable(() -> Gateway.start(fleet.config(1)).close()))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "topics.ingest: no name of a topic of otlp_proto (expected: one, for the gateway");
  }

  private long tracesThatASimulationFinds() throws Exception {
    Path configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            """
            topics: {ingest: ^otlp_spans_}
            decision_wait: 3s
            kafka: {bootstrap.servers: '%s'}
            """
                .formatted(kafka.bootstrapServers()));
    CommandRun run =
        CommandRun.of(
            ("simulate --topic --format json --policies as-was --since 10m -c " + configuration)
                .split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out()).at("/result/total/traces").asLong();
  }

  /** Waits until it is listed: a broker creates a topic before it lists it. */
  private void createTopic(String name, int partitions) throws Exception {
    clients.createTopic(name, partitions);
    clients.awaitTopic(name);
  }

  private static double unread(Engine engine) {
    return engine.metrics().get("tailrace.ingest.unread.topics").gauge().value();
  }

  /** Each has its spans on all of these topics, in turn, and an error in its last. */
  private void writeTraces(int first, int count, String... topics) throws Exception {
    for (int index = 0; index < SPANS_PER_TRACE; index++) {
      for (int trace = first; trace < first + count; trace++) {
        String topic = topics[(trace + index) % topics.length];
        producer.send(new ProducerRecord<>(topic, Otlp.request(span(trace, index)).toByteArray()));
      }
    }
    producer.flush();
    for (int trace = first; trace < first + count; trace++) {
      int of = trace;
      expected.put(
          ExportReader.hex(span(trace, 0).getTraceId()),
          IntStream.range(0, SPANS_PER_TRACE)
              .mapToObj(index -> ExportReader.hex(span(of, index).getSpanId()))
              .toList());
    }
  }

  private static Span span(int trace, int index) {
    Span.Builder span =
        Otlp.span(trace).toBuilder().setSpanId(id(trace * 10L + index + 1)).setName("op");
    if (index == SPANS_PER_TRACE - 1) {
      span.setStatus(Status.newBuilder().setCodeValue(2));
    }
    return span.build();
  }

  private static ByteString id(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
