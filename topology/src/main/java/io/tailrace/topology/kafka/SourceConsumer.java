package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumer of a stream thread. Continues after positions that a partition does not contain, and
 * reports them and its commits. Not thread-safe.
 */
final class SourceConsumer extends KafkaConsumer<byte[], byte[]> {
  /** The thread has other partitions, too. */
  private static final Duration TO_ASK = Duration.ofSeconds(1);

  private final SourceOffsets offsets;
  private final Consumer<Map<TopicPartition, OffsetAndMetadata>> commits;

  /**
   * @param commits receives the commits of at-least-once. Those of exactly-once are sent by
   *     producers
   */
  SourceConsumer(
      Map<String, Object> config,
      SourceOffsets offsets,
      Consumer<Map<TopicPartition, OffsetAndMetadata>> commits) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.offsets = offsets;
    this.commits = commits;
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
   * Called by Kafka Streams before commits, which survives timeouts only. The next poll corrects a
   * position that the partition does not contain.
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
          if (offset != null && offset.metadata().isEmpty()) {
            offsets.reset(partition, offset.offset());
          }
        });
    return committed;
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> committed) {
    super.commitSync(committed);
    commits.accept(committed);
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
}
