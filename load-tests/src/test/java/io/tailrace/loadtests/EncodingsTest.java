package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.instance.Engine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of the same traces on several topics, each in its own encoding. */
class EncodingsTest {
  private static final Map<String, Encoding> TOPICS =
      new TreeMap<>(
          Map.of(
              "jaeger-spans", Encoding.JAEGER_PROTO,
              "otlp_spans", Encoding.OTLP_PROTO,
              "zipkin", Encoding.ZIPKIN_JSON));
  private static final Map<String, Integer> PARTITIONS =
      Map.of("jaeger-spans", 1, "otlp_spans", 3, "zipkin", 2);
  private static final int SPANS_PER_TRACE = 6;

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private Fleet fleet;
  private KafkaProducer<byte[], byte[]> producer;
  private final Random random = new Random(42);

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    TestClients clients = new TestClients(kafka.bootstrapServers());
    for (Map.Entry<String, Integer> topic : PARTITIONS.entrySet()) {
      clients.createTopic(topic.getKey(), topic.getValue(), Map.of());
    }
    String errors =
        "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
    fleet =
        new Fleet(kafka, directory)
            .set(
                "TAILRACE_POLICIES_BOOTSTRAP",
                Files.writeString(directory.resolve("policies.yaml"), errors).toString())
            .set(
                "TAILRACE_TOPICS_INGEST",
                "otlp_spans, jaeger-spans=jaeger_proto, zipkin=zipkin_json")
            .set("TAILRACE_EXPORT_ENCODING", "otlp_json");
  }

  @AfterEach
  void stop() {
    producer.close();
    fleet.close();
    kafka.close();
  }

  @Test
  void errorTracesOverThreeTopicsComeOutWhole_inJson_whileASecondInstanceJoins() throws Exception {
    fleet.start(1);
    Map<String, List<String>> expected = new TreeMap<>();
    writeTraces(1, 150, expected);
    Thread joining = new Thread(() -> fleet.start(2));
    joining.start();
    writeTraces(151, 150, expected);
    joining.join();
    writeTraces(301, 150, expected);

    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(2));
      assertThat(export.spansByTrace()).isEqualTo(expected);
      assertThat(export.records)
          .as("one record each, in JSON")
          .hasSize(expected.size())
          .allMatch(record -> record.value()[0] == '{');
    }
  }

  @Test
  void topicsAreTakenOffTheListAndPutOnIt_andNoTraceWaitsForEver() throws Exception {
    fleet.set("TAILRACE_DECISION_WAIT", "6s");
    Map<String, List<String>> expected = new TreeMap<>();
    Engine three = fleet.start(1);
    writeTraces(1, 50, expected);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> received(three) == 50 * SPANS_PER_TRACE); // the open traces wait in the shuffle
    three.close();

    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      fleet.set("TAILRACE_TOPICS_INGEST", "otlp_spans").start(1);
      export.readUntilAllOf(expected.keySet());
      fleet.close();

      fleet.set(
          "TAILRACE_TOPICS_INGEST", "otlp_spans, jaeger-spans=jaeger_proto, zipkin=zipkin_json");
      fleet.start(1);
      writeTraces(51, 50, expected);
      export.readUntilAllOf(expected.keySet());
      assertThat(export.spansByTrace()).isEqualTo(expected);
    }
  }

  private static double received(Engine engine) {
    return engine.metrics().get("tailrace.spans.received").counter().count();
  }

  @Test
  void whatIsNotOfItsTopicsEncodingIsADeadLetterAsItCame_andTheOthersGo() throws Exception {
    fleet.start(1);
    Map<String, byte[]> garbage = new TreeMap<>();
    garbage.put("jaeger-spans", new byte[] {10, 3, 1, 2, 3});
    garbage.put("otlp_spans", "[]".getBytes(StandardCharsets.UTF_8));
    garbage.put("zipkin", Otlp.request(Otlp.span(5)).toByteArray());
    garbage.forEach((topic, value) -> producer.send(new ProducerRecord<>(topic, value)));
    Map<String, List<String>> expected = new TreeMap<>();
    writeTraces(1, 10, expected);

    try (ExportReader letters =
            new ExportReader(kafka.bootstrapServers(), "tailrace_dead_letters");
        ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      letters.readUntil(() -> letters.records.size() >= garbage.size());
      Map<String, byte[]> came = new TreeMap<>();
      for (ConsumerRecord<byte[], byte[]> letter : letters.records) {
        came.put(ExportReader.header(letter, "tailrace-topic"), letter.value());
        assertThat(ExportReader.header(letter, "tailrace-reason")).isNotEmpty();
      }
      assertThat(came).containsExactlyEntriesOf(garbage);
      assertThat(export.spansByTrace()).isEqualTo(expected);
    }
  }

  /** Every second trace fails in its last span, on each of the topics in turn. */
  private void writeTraces(int first, int count, Map<String, List<String>> expected)
      throws Exception {
    List<String> topics = List.copyOf(TOPICS.keySet());
    for (int index = 0; index < SPANS_PER_TRACE; index++) {
      for (int trace = first; trace < first + count; trace++) {
        Span span = span(trace, index);
        String topic = topics.get((trace / 2 + index) % topics.size());
        producer.send(
            new ProducerRecord<>(
                topic,
                random.nextInt(PARTITIONS.get(topic)),
                null,
                EncodedSpans.record(TOPICS.get(topic), span)));
        if (trace % 2 == 0) {
          expected
              .computeIfAbsent(ExportReader.hex(span.getTraceId()), t -> new ArrayList<>())
              .add(ExportReader.hex(span.getSpanId()));
        }
      }
      producer.flush();
      LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    }
  }

  private static Span span(int trace, int index) {
    Span.Builder span =
        Otlp.span(trace).toBuilder().setSpanId(id(trace * 10L + index + 1)).setName("op");
    if (index > 0) {
      span.setParentSpanId(id(trace * 10L + 1));
    }
    if (trace % 2 == 0 && index == SPANS_PER_TRACE - 1) {
      span.setStatus(Status.newBuilder().setCodeValue(2));
    }
    return span.build();
  }

  private static ByteString id(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
