package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Creates the clients of Kafka Streams and stores the consumer of each stream thread and its
 * commits, so that a task can query its position and what it has committed. Reports records that
 * were deleted before they were read.
 */
public final class MainConsumers extends DefaultKafkaClientSupplier implements Commits {
  private static final String SUFFIX = "-consumer";

  /** The thread has other partitions, too. */
  private static final Duration TO_ASK = Duration.ofSeconds(1);

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
    // The consumer throws instead of skipping records. Kafka Streams resets if there is no commit.
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

  /** Kafka answers for each requested partition, or fails. */
  private static long of(TopicPartition partition, Map<TopicPartition, Long> offsets) {
    return Objects.requireNonNull(offsets.get(partition), partition::toString);
  }

  /**
   * Returns the offset at which reading continues after a position that the partition does not
   * contain. Loses no record that it contains and that was not read, but can repeat records.
   *
   * @param position next offset to be read
   * @param diverged end of the common log after a truncation, if known
   * @param begin first offset
   * @param end next offset to be written
   */
  static long continuation(long position, OptionalLong diverged, long begin, long end) {
    if (diverged.isPresent()) {
      return Math.max(begin, diverged.getAsLong());
    }
    return position >= begin && position <= end ? position : begin;
  }

  /**
   * Consumer that notes its commits, and reports positions that the partition does not contain.
   * Commits of exactly-once are sent by producers. Not thread-safe, like all consumers.
   */
  private final class NotingConsumer extends KafkaConsumer<byte[], byte[]> {
    NotingConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      try {
        return super.poll(timeout);
      } catch (OffsetOutOfRangeException e) {
        continueAfter(e);
        return ConsumerRecords.empty();
      }
    }

    private void continueAfter(OffsetOutOfRangeException e) {
      Map<TopicPartition, Long> positions = e.offsetOutOfRangePartitions();
      Map<TopicPartition, OffsetAndMetadata> diverged =
          e instanceof LogTruncationException truncation ? truncation.divergentOffsets() : Map.of();
      Map<TopicPartition, Long> begins;
      Map<TopicPartition, Long> ends;
      try {
        begins = beginningOffsets(positions.keySet(), TO_ASK);
        ends = endOffsets(positions.keySet(), TO_ASK);
      } catch (TimeoutException notKnown) {
        return; // the next poll throws again
      }
      positions.forEach(
          (partition, position) -> {
            OffsetAndMetadata common = diverged.get(partition);
            long begin = of(partition, begins);
            long next =
                continuation(
                    position,
                    common == null ? OptionalLong.empty() : OptionalLong.of(common.offset()),
                    begin,
                    of(partition, ends));
            seek(partition, next);
            if (position < begin) {
              offsets.deleted(partition, position, begin);
            } else if (next != position) {
              offsets.truncated(partition, position, next);
            }
          });
    }

    /**
     * Called by Kafka Streams before commits, which survives timeouts only. The next poll corrects
     * a position that the partition does not contain.
     */
    @Override
    public long position(TopicPartition partition) {
      try {
        return position(partition, Duration.ZERO);
      } catch (InvalidOffsetException e) {
        throw new TimeoutException("position in " + partition + ": not valid yet", e);
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
