package io.tailrace.loadtests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.instance.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that Kafka deletes before they are read, and offsets that other programs commit. */
class SourceOffsetsTest {
  private static final String GROUP = "tailrace";
  private static final String TOPIC = "otlp_spans";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private long then;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    Path policies = directory.resolve("policies.yaml");
    Files.writeString(policies, "policies: [{name: all, type: always_sample}]");
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_TOPICS_PARTITIONS", "1")
            .set("TAILRACE_DECISION_WAIT", "10s")
            .set("TAILRACE_INGEST_IDLE_AFTER", "1h")
            .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    then = System.currentTimeMillis() - 600_000;
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void countsRecordsThatKafkaDeletedWhileTheFleetWasStopped_keyed() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "keyed");
    Engine before = fleet.start(1);
    write(0, 1);
    write(20_000, 2, 3, 4); // trace 1 is due, the others are open
    awaitCommit(4);
    before.close();
    write(21_000, 5, 6, 7, 8);
    clients.deleteRecords(TOPIC, 6);

    Engine after = fleet.start(1);
    write(40_000, 9);

    assertExported(1, 7, 8);
    assertThat(count(after, "tailrace.source.records.deleted", "needed", "restore"))
        .as("spans of the open traces 2, 3 and 4")
        .isEqualTo(3);
    assertThat(count(after, "tailrace.source.records.deleted", "needed", "unread"))
        .as("spans of the traces 5 and 6")
        .isEqualTo(2);
    assertThat(count(after, "tailrace.source.offset.resets")).isZero();
  }

  @Test
  @Tag("crash")
  void countsRecordsThatKafkaDeletedWhileTheFleetWasStopped_unkeyed() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "unkeyed");
    Engine before = fleet.start(1);
    write(0, 1);
    write(20_000, 2);
    awaitCommit(2);
    before.close();
    write(21_000, 3, 4, 5);
    clients.deleteRecords(TOPIC, 4);

    Engine after = fleet.start(1);
    write(40_000, 6);

    assertExported(1, 2, 5);
    assertThat(count(after, "tailrace.source.records.deleted", "needed", "unread")).isEqualTo(2);
    assertThat(count(after, "tailrace.source.records.deleted", "needed", "restore")).isZero();
  }

  @Test
  void countsOffsetsThatAnotherProgramCommits() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "keyed");
    Engine before = fleet.start(1);
    write(0, 1);
    write(20_000, 2, 3);
    awaitCommit(3);
    assertThat(count(before, "tailrace.source.offset.resets")).isZero();
    before.close();
    write(30_000, 4, 5);
    reset(4);

    Engine after = fleet.start(1);
    write(60_000, 6);

    assertExported(1, 5);
    assertThat(count(after, "tailrace.source.offset.resets")).isEqualTo(1);
    after.close();

    reset(0);
    Engine again = fleet.start(1);
    write(80_000, 7);

    assertExported(1, 5, 1, 2, 3, 4, 5, 6); // as docs/guarantees.md says, 1 and 5 again, as late
    assertThat(count(again, "tailrace.source.offset.resets")).isEqualTo(1);
  }

  @Test
  @Tag("crash")
  void readsATopicThatWasCreatedAgainFromItsBeginning() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "keyed");
    Engine before = fleet.start(1);
    write(0, 1);
    write(20_000, 2, 3, 4);
    awaitCommit(4);
    before.close();
    clients.deleteTopic(TOPIC);
    clients.createTopic(TOPIC, 1);
    write(30_000, 5);

    fleet.start(1);
    write(60_000, 6);

    assertExported(1, 5);
  }

  @Test
  @Tag("crash")
  void readsFromTheBeginning_whenTheCommittedOffsetDoesNotExist() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "keyed");
    fleet.start(1).close();
    write(0, 1);
    write(20_000, 2);
    reset(99);

    Engine after = fleet.start(1);

    assertExported(1);
    assertThat(count(after, "tailrace.source.records.deleted", "needed", "unread")).isZero();
  }

  private void write(long after, long... traces) throws Exception {
    for (long trace : traces) {
      clients.writeSpans(TOPIC, 0, then + after, Otlp.span(trace));
    }
  }

  private void awaitCommit(long offset) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                OffsetAndMetadata committed =
                    admin
                        .listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition);
                return committed != null && committed.offset() == offset;
              });
    }
  }

  /** Sets the committed offset as kafka-consumer-groups does, while the fleet is stopped. */
  private void reset(long offset) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .alterConsumerGroupOffsets(
              GROUP, Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  private void assertExported(long... traces) {
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(() -> export.records.size() >= traces.length);
      assertThat(export.records.stream().map(record -> new String(record.key(), US_ASCII)))
          .containsExactlyInAnyOrderElementsOf(
              LongStream.of(traces).mapToObj(Otlp::traceId).map(ExportReader::hex).toList());
    }
  }

  private static double count(Engine engine, String meter, String... tags) {
    return engine.metrics().get(meter).tags(tags).counter().count();
  }
}
