package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Creates the clients of Kafka Streams and stores the consumer of each stream thread and its
 * commits, so that a task can query its position and what it has committed.
 */
public final class MainConsumers extends DefaultKafkaClientSupplier implements Commits {
  private static final String SUFFIX = "-consumer";

  private final Map<String, Consumer<byte[], byte[]>> byThread = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> commits = new ConcurrentHashMap<>();
  private final SourceOffsets offsets;

  public MainConsumers(SourceOffsets offsets) {
    this.offsets = offsets;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Map<String, Object> failing = new HashMap<>(config);
    // The consumer throws instead of skipping records. Kafka Streams resets if there is no commit.
    failing.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    Consumer<byte[], byte[]> consumer = new SourceConsumer(failing, offsets, commits::putAll);
    String key = ConsumerConfig.CLIENT_ID_CONFIG; // Kafka Streams sets it
    String clientId = (String) Objects.requireNonNull(config.get(key), key);
    byThread.put(clientId.substring(0, clientId.length() - SUFFIX.length()), consumer);
    return consumer;
  }

  @Override
  public Optional<OffsetAndMetadata> last(TopicPartition partition) {
    return Optional.ofNullable(commits.get(partition));
  }

  /**
   * Returns the next offset of the calling thread's consumer if the partition is assigned to it.
   */
  OptionalLong position(TopicPartition partition) {
    Consumer<byte[], byte[]> consumer = byThread.get(Thread.currentThread().getName());
    return consumer != null && consumer.assignment().contains(partition)
        ? knownPosition(consumer, partition)
        : OptionalLong.empty();
  }

  /**
   * Returns the position if known. After an assignment, it can be unknown or not yet set by Kafka
   * Streams. This must neither block nor fail.
   */
  static OptionalLong knownPosition(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    try {
      return OptionalLong.of(consumer.position(partition, Duration.ZERO));
    } catch (InvalidOffsetException | TimeoutException notKnown) {
      return OptionalLong.empty();
    }
  }
}
