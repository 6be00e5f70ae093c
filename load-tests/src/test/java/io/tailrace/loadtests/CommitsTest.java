package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.topology.kafka.MainConsumers;
import io.tailrace.topology.kafka.SourceOffsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a task may take as committed. */
class CommitsTest {
  private static final TopicPartition PARTITION = new TopicPartition("otlp_spans", 0);

  private final MainConsumers consumers =
      new MainConsumers(new SourceOffsets(new SimpleMeterRegistry()));

  @Test
  void theLastCommitIsKnown_ifTheBrokerHasAcceptedIt() throws Exception {
    OffsetAndMetadata accepted = new OffsetAndMetadata(7, "accepted");
    OffsetAndMetadata refused = new OffsetAndMetadata(8, "refused");
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start()) {
      new TestClients(kafka.bootstrapServers()).createTopic(PARTITION.topic(), 1);
      try (Consumer<byte[], byte[]> former = consumer(kafka, "former");
          Consumer<byte[], byte[]> member = consumer(kafka, "member")) {
        assertThat(consumers.last(PARTITION)).isEmpty();
        former.commitSync(Map.of(PARTITION, accepted));
        assertThat(consumers.last(PARTITION)).contains(accepted);

        member.subscribe(Set.of(PARTITION.topic()));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  member.poll(Duration.ofMillis(100));
                  return member.assignment().contains(PARTITION);
                });
        assertThatThrownBy(() -> former.commitSync(Map.of(PARTITION, refused)))
            .isInstanceOf(CommitFailedException.class);

        assertThat(consumers.last(PARTITION)).contains(accepted);
      }
    }
  }

  private Consumer<byte[], byte[]> consumer(EmbeddedKafka kafka, String name) {
    return consumers.getConsumer(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            name + "-consumer",
            ConsumerConfig.GROUP_ID_CONFIG,
            "group"));
  }
}
