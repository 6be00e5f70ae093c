package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Makes the clients of Kafka Streams, and remembers each stream thread's consumer, so that a task
 * can ask how far its own has come.
 */
public final class MainConsumers extends DefaultKafkaClientSupplier {
  private static final String SUFFIX = "-consumer";

  private final Map<String, Consumer<byte[], byte[]>> byThread = new ConcurrentHashMap<>();

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> consumer = super.getConsumer(config);
    String clientId = (String) config.get(ConsumerConfig.CLIENT_ID_CONFIG);
    byThread.put(clientId.substring(0, clientId.length() - SUFFIX.length()), consumer);
    return consumer;
  }

  /**
   * The next offset that the calling stream thread's consumer will fetch, if it has the partition.
   */
  OptionalLong position(TopicPartition partition) {
    Consumer<byte[], byte[]> consumer = byThread.get(Thread.currentThread().getName());
    return consumer != null && consumer.assignment().contains(partition)
        ? knownPosition(consumer, partition)
        : OptionalLong.empty();
  }

  /**
   * Right after an assignment a position may not be known, or be for Kafka Streams to set: that is
   * no reason to wait, nor to fail.
   */
  static OptionalLong knownPosition(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    try {
      return OptionalLong.of(consumer.position(partition, Duration.ZERO));
    } catch (InvalidOffsetException | TimeoutException notKnown) {
      return OptionalLong.empty();
    }
  }
}
