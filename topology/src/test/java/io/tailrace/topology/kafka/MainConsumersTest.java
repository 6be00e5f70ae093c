package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MainConsumersTest {
  private static final TopicPartition PARTITION = new TopicPartition("spans", 3);

  /** As in Kafka Streams, which resets offsets itself when a poll reports missing ones. */
  @Test
  void positionIsNotKnown_whenTheGroupHasNoOffsetYet() {
    try (MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(AutoOffsetResetStrategy.NONE.name())) {
      consumer.assign(Set.of(PARTITION));
      assertThat(MainConsumers.knownPosition(consumer, PARTITION)).isEmpty();

      consumer.seek(PARTITION, 7);
      assertThat(MainConsumers.knownPosition(consumer, PARTITION)).hasValue(7);
    }
  }
}
