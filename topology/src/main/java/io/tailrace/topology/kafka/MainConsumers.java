package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Creates the clients of Kafka Streams and stores the consumer of each stream thread and its
 * commits, so that a task can query its position and what it has committed. Reports gaps in what
 * the consumers read.
 */
public final class MainConsumers extends DefaultKafkaClientSupplier implements Commits {
  private static final String SUFFIX = "-consumer";

  private final Map<String, Consumer<byte[], byte[]>> byThread = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> commits = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> resets = new ConcurrentHashMap<>();
  private final SourceOffsets offsets;

  public MainConsumers(SourceOffsets offsets) {
    this.offsets = offsets;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Map<String, Object> failing = new HashMap<>(config);
    // The consumer throws instead of skipping records. Without a commit, Kafka Streams decides.
    failing.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    Consumer<byte[], byte[]> consumer = new NotingConsumer(failing);
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

  /**
   * Consumer that notes its commits, and reports positions that the partition does not contain.
   * Commits of exactly-once are sent by producers. Not thread-safe, like all consumers.
   */
  private final class NotingConsumer extends KafkaConsumer<byte[], byte[]> {
    /** Positions of deleted records, until the first offset is known. */
    private final Map<TopicPartition, Long> missing = new HashMap<>();

    NotingConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      try {
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        if (!missing.isEmpty()) {
          reportContinued(records);
        }
        return records;
      } catch (OffsetOutOfRangeException e) {
        continueFrom(e.offsetOutOfRangePartitions());
        return ConsumerRecords.empty();
      }
    }

    /**
     * Seeks to the first record if records were deleted, and to the end if the partition ends
     * before the position: all its records were read.
     */
    private void continueFrom(Map<TopicPartition, Long> positions) {
      Map<TopicPartition, Long> ends;
      try {
        ends = endOffsets(positions.keySet());
      } catch (TimeoutException notKnown) {
        return; // the next poll throws again
      }
      positions.forEach(
          (partition, position) -> {
            long end = Objects.requireNonNull(ends.get(partition), partition::toString);
            if (position > end) {
              seek(partition, end);
              offsets.truncated(partition, position, end);
            } else {
              seekToBeginning(List.of(partition));
              missing.put(partition, position);
            }
          });
    }

    private void reportContinued(ConsumerRecords<byte[], byte[]> records) {
      missing.keySet().retainAll(assignment()); // the next owner meets the same position
      for (TopicPartition partition : List.copyOf(missing.keySet())) {
        List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
        OptionalLong found =
            read.isEmpty() ? knownPosition(this, partition) : OptionalLong.of(read.get(0).offset());
        if (found.isPresent()) {
          offsets.deleted(
              partition, Objects.requireNonNull(missing.remove(partition)), found.getAsLong());
        }
      }
    }

    /** Called by Kafka Streams when it initializes a task, also repeatedly. */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
      Map<TopicPartition, OffsetAndMetadata> committed = super.committed(partitions);
      committed.forEach(
          (partition, offset) -> {
            if (offset != null
                && offset.metadata().isEmpty()
                && !offset.equals(resets.put(partition, offset))) {
              offsets.reset(partition, offset.offset());
            }
          });
      return committed;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      super.commitSync(offsets);
      commits.putAll(offsets);
    }
  }
}
