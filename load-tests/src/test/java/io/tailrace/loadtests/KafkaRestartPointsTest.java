package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.streams.KafkaRestartPoints;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Restart points of tasks, from the commits of a real broker. */
class KafkaRestartPointsTest {
  private static final TopicPartition FIRST = new TopicPartition("spans", 0);
  private static final TopicPartition SECOND = new TopicPartition("spans", 1);

  private static EmbeddedKafka kafka;
  private static Admin admin;
  private final AtomicLong nanoTime = new AtomicLong();

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    admin.createTopics(List.of(new NewTopic("spans", 2, (short) 1))).all().get();
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void aPendingCommitIsNoMissingOne_andCountsOnceItsTransactionIsOver() {
    KafkaRestartPoints points = points("pending");
    try (KafkaProducer<byte[], byte[]> producer = transaction("pending", 7)) {
      assertThatThrownBy(() -> points.of(FIRST))
          .isInstanceOf(TimeoutException.class) // Kafka Streams tries again after it
          .hasMessage("group pending: the offset of spans-0 is part of an open transaction");
      assertThat(points.of(SECOND)).as("without a commit").isEmpty();

      producer.commitTransaction();
      assertThat(committed(points)).isEqualTo(7);
    }
  }

  @Test
  void theCommitBeforeAPendingOneIsNotTakenEither() {
    KafkaRestartPoints points = points("second");
    try (KafkaProducer<byte[], byte[]> producer = transaction("second", 7)) {
      producer.commitTransaction();
      assertThat(committed(points)).isEqualTo(7);
      producer.beginTransaction();
      commit(producer, "second", 9);
      assertThatThrownBy(() -> points.of(FIRST)).isInstanceOf(TimeoutException.class);

      producer.abortTransaction();
      assertThat(committed(points)).isEqualTo(7);
    }
  }

  @Test
  void aCommitThatStaysPendingIsAClearFailure_notARestoreOfAllOfTheLog() {
    KafkaRestartPoints points = points("stuck");
    try (KafkaProducer<byte[], byte[]> producer = transaction("stuck", 7)) {
      assertThatThrownBy(() -> points.of(FIRST)).isInstanceOf(TimeoutException.class);
      nanoTime.addAndGet(Duration.ofMinutes(5).toNanos());
      assertThatThrownBy(() -> points.of(FIRST))
          .isInstanceOf(StreamsException.class)
          .hasMessageContaining(
              "group stuck: no stable offset of spans-0 after PT5M (expected: its last transaction"
                  + " ends within transaction.timeout.ms");
      producer.abortTransaction();
    }
  }

  /** Kafka Streams opens existing state directories on the thread that starts it. */
  @Test
  void theThreadThatStartsWaits_asNothingTriesAgainForIt() {
    try (KafkaProducer<byte[], byte[]> producer = transaction("start", 7)) {
      int[] pauses = {0};
      KafkaRestartPoints points =
          new KafkaRestartPoints(
              admin,
              "start",
              nanoTime::get,
              () -> false,
              time -> {
                nanoTime.addAndGet(Duration.ofMillis(100).toNanos());
                if (++pauses[0] == 30) {
                  producer.commitTransaction();
                }
              });
      assertThat(points.of(FIRST).orElseThrow().committedOffset()).isEqualTo(7);
      assertThat(pauses[0]).isGreaterThanOrEqualTo(30);
    }
  }

  @Test
  void aGroupThatIsNotThereHasCommittedNothing() {
    assertThat(points("none").of(FIRST)).isEmpty();
  }

  private KafkaRestartPoints points(String group) {
    return new KafkaRestartPoints(
        admin, group, nanoTime::get, () -> true, time -> nanoTime.addAndGet(time.toNanos()));
  }

  /** The end of a transaction reaches the group a moment after its producer knows of it. */
  private static long committed(KafkaRestartPoints points) {
    return await()
        .ignoreExceptionsInstanceOf(TimeoutException.class)
        .until(() -> points.of(FIRST), Optional::isPresent)
        .orElseThrow()
        .committedOffset();
  }

  private static KafkaProducer<byte[], byte[]> transaction(String group, long offset) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", group),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    commit(producer, group, offset);
    return producer;
  }

  private static void commit(KafkaProducer<byte[], byte[]> producer, String group, long offset) {
    producer.sendOffsetsToTransaction(
        Map.of(FIRST, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
  }
}
