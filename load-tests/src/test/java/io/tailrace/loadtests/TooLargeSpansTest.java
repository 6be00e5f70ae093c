package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A span that is too large for the export topic becomes a dead letter, and sampling continues. */
class TooLargeSpansTest {
  private static final String ALL = "policies: [{name: all, type: always_sample}]";

  @TempDir Path directory;
  private final Random random = new Random(1);
  private EmbeddedKafka kafka;
  private Fleet fleet;
  private TestClients clients;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    Path policies = Files.writeString(directory.resolve("policies.yaml"), ALL);
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString())
            .set("TAILRACE_TOPICS_PARTITIONS", "1")
            .set("TAILRACE_DECISION_WAIT", "1s");
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  /** 950 KB in protobuf, a third more in Base64, which zstd can undo and LZ4 cannot. */
  @Test
  void inJson() throws Exception {
    Engine engine =
        fleet
            .set("TAILRACE_EXPORT_ENCODING", "otlp_json")
            .set("TAILRACE_KAFKA_PRODUCER_COMPRESSION_TYPE", "lz4")
            .start(1);

    write(span(1, 950_000), span(1, 10));
    write(span(2, 10));

    awaitExports(2);
    ConsumerRecord<byte[], byte[]> letter = letter();
    assertThat(ExportReader.header(letter, "tailrace-reason"))
        .matches(
            "cannot be exported: 12\\d{5} bytes as a record \\(expected: at most 11\\d{5},"
                + " max\\.message\\.bytes of otlp_spans_sampled\\)");
    assertThat(TracesData.parseFrom(letter.value()).getResourceSpans(0).getScopeSpans(0))
        .satisfies(spans -> assertThat(payload(spans.getSpans(0))).isEqualTo(950_000));
    assertThat(engine.failure()).isNotDone();
  }

  @Test
  void whenTheTopicsLimitIsLowered() throws Exception {
    whenTheTopicsLimitIsLowered("exactly_once");
  }

  @Test
  @Tag("crash")
  void whenTheTopicsLimitIsLowered_atLeastOnce() throws Exception {
    whenTheTopicsLimitIsLowered("at_least_once");
  }

  private void whenTheTopicsLimitIsLowered(String guarantee) throws Exception {
    Engine engine = fleet.set("TAILRACE_PROCESSING_GUARANTEE", guarantee).start(1);
    write(span(1, 10));
    awaitExports(1);
    clients.alterTopic("otlp_spans_sampled", Map.of("max.message.bytes", "100000"));

    write(span(2, 200_000), span(2, 10));

    awaitExports(2);
    assertThat(ExportReader.header(letter(), "tailrace-reason"))
        .matches(
            "cannot be exported: 200\\d{3} bytes as a record \\(expected: at most 100000,"
                + " max\\.message\\.bytes of otlp_spans_sampled\\)");
    write(span(3, 40_000), span(3, 40_000), span(3, 40_000), span(3, 40_000)); // more than a record
    awaitExports(3);
    assertThat(engine.failure()).isNotDone();
  }

  /** An instance that starts on it must not end, or it would end again and again. */
  @Test
  void whenTheTopicIsTooNarrowAtTheStart() throws Exception {
    clients.createTopic("otlp_spans_sampled", 1, Map.of("max.message.bytes", "100000"));
    Engine engine = fleet.start(1);

    write(span(1, 200_000), span(1, 10));

    awaitExports(1);
    assertThat(ExportReader.header(letter(), "tailrace-reason"))
        .startsWith("cannot be exported: 200");
    assertThat(engine.failure()).isNotDone();
  }

  @Test
  @Tag("crash")
  void whenTheDeadLettersLimitIsLoweredToo() throws Exception {
    Engine engine = fleet.start(1);
    clients.alterTopic("otlp_spans_sampled", Map.of("max.message.bytes", "100000"));
    clients.alterTopic("tailrace_dead_letters", Map.of("max.message.bytes", "100000"));

    write(span(1, 200_000), span(1, 10));

    awaitExports(1);
    ConsumerRecord<byte[], byte[]> letter = letter();
    assertThat(ExportReader.header(letter, "tailrace-reason"))
        .startsWith("cannot be exported: 200")
        .matches(".*; its 200\\d{3} bytes are left out \\(expected: at most 100000, .*");
    assertThat(letter.value()).isNull();
    assertThat(engine.failure()).isNotDone();
  }

  private void awaitExports(int traces) {
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(
          () ->
              export.records.stream().map(record -> new String(record.key())).distinct().count()
                  == traces);
    }
  }

  private ConsumerRecord<byte[], byte[]> letter() {
    try (ExportReader letters =
        new ExportReader(kafka.bootstrapServers(), "tailrace_dead_letters")) {
      letters.readUntil(() -> letters.records.size() == 1);
      return letters.records.get(0);
    }
  }

  private void write(Span... spans) throws Exception {
    clients.writeSpans("otlp_spans", 0, System.currentTimeMillis(), spans);
  }

  private Span span(long trace, int payload) {
    byte[] noise = new byte[payload];
    random.nextBytes(noise);
    return Otlp.span(trace).toBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("payload")
                .setValue(AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(noise))))
        .build();
  }

  private static int payload(Span span) {
    return span.getAttributes(0).getValue().getBytesValue().size();
  }
}
