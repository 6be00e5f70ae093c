package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tailrace.topology.instance.KnownLine;
import io.tailrace.topology.streams.KafkaRestartPoints;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What Kafka's own clients log of a real broker. */
class KnownLinesOfClientsTest {
  private static final Logger CLIENTS =
      (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.admin.internals");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private EmbeddedKafka kafka;
  private Admin admin;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.builder().start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    log.start();
    CLIENTS.setLevel(Level.WARN);
    CLIENTS.setAdditive(false);
    CLIENTS.addAppender(log);
  }

  @AfterEach
  void stop() {
    CLIENTS.detachAppender(log);
    CLIENTS.setAdditive(true);
    CLIENTS.setLevel(null);
    admin.close();
    kafka.close();
  }

  @Test
  void aTopicThatIsNotThereYet() {
    TopicPartition missing = new TopicPartition("missing", 0);
    assertThatThrownBy(
            () ->
                admin
                    .listOffsets(
                        Map.of(missing, OffsetSpec.latest()),
                        new ListOffsetsOptions().timeoutMs(3_000))
                    .all()
                    .get())
        .isNotNull();
    assertKnown();
  }

  @Test
  void anOffsetOfAnOpenTransaction() throws Exception {
    admin.createTopics(List.of(new NewTopic("spans", 1, (short) 1))).all().get();
    TopicPartition partition = new TopicPartition("spans", 0);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "a"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(1)), new ConsumerGroupMetadata("a"));
      KafkaRestartPoints onAStreamThread =
          new KafkaRestartPoints(
              admin, "a", System::nanoTime, () -> true, time -> Thread.sleep(time.toMillis()));
      assertThatThrownBy(() -> onAStreamThread.of(partition)).isInstanceOf(TimeoutException.class);
      producer.abortTransaction();
    }
    assertKnown();
  }

  private void assertKnown() {
    await().until(() -> !log.list.isEmpty());
    assertThat(List.copyOf(log.list))
        .allSatisfy(event -> assertThat(KnownLine.of(event)).as(event.toString()).isPresent());
  }
}
