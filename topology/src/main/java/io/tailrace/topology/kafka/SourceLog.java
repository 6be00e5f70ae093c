package io.tailrace.topology.kafka;

import io.tailrace.topology.config.StartException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sampled topic, one partition at a time, with its own consumer and without a group. Does
 * not affect the fleet. Not thread-safe.
 */
public final class SourceLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

  /** Receives records in offset order. */
  public interface Sink {
    /** Processes a record and returns whether to continue. */
    boolean take(ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * State of a partition at a point in time.
   *
   * @param begin first offset
   * @param first time of the first record; empty if there is none
   * @param from offset at which reading starts
   * @param to end offset, or offset of the first record after the requested time
   * @param end next offset to be written
   * @param asOf wall time before the end was requested, Unix milliseconds
   */
  public record Extent(
      TopicPartition partition,
      long begin,
      OptionalLong first,
      long from,
      long to,
      long end,
      long asOf) {}

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Pace pace;
  private final InstantSource wallClock;

  public SourceLog(
      Consumer<byte[], byte[]> consumer,
      String topic,
      int partitions,
      Pace pace,
      InstantSource wallClock) {
    this.consumer = consumer;
    this.partitions =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    this.pace = pace;
    this.wallClock = wallClock;
  }

  /** Returns the offset ranges between two times for all partitions. */
  public List<Extent> extents(long from, long to) {
    long asOf = wallClock.millis();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> first = consumer.offsetsForTimes(at(0));
    Map<TopicPartition, OffsetAndTimestamp> froms = consumer.offsetsForTimes(at(from));
    Map<TopicPartition, OffsetAndTimestamp> tos = consumer.offsetsForTimes(at(to));
    List<Extent> extents = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      long end = of(partition, ends);
      OffsetAndTimestamp oldest = first.get(partition);
      extents.add(
          new Extent(
              partition,
              of(partition, begins),
              oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.timestamp()),
              offset(froms.get(partition), end),
              offset(tos.get(partition), end),
              end,
              asOf));
    }
    return extents;
  }

  /** Kafka answers for each requested partition, or fails. */
  private static long of(TopicPartition partition, Map<TopicPartition, Long> offsets) {
    return Objects.requireNonNull(offsets.get(partition), partition::toString);
  }

  private Map<TopicPartition, Long> at(long time) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, Math.max(0, time)));
    return times;
  }

  private static long offset(@Nullable OffsetAndTimestamp found, long end) {
    return found == null ? end : Math.min(found.offset(), end);
  }

  /**
   * Reads a partition to the end of the extent, or until the sink stops. Includes all records from
   * the first time of the extent on.
   *
   * @return whether the end was reached
   * @throws StartException if no record arrives for one minute
   */
  public boolean read(Extent extent, Sink sink) {
    List<TopicPartition> one = List.of(extent.partition());
    consumer.assign(one);
    consumer.seek(extent.partition(), extent.from());
    long deadline = wallClock.millis() + LONGEST_SILENCE.toMillis();
    long position = extent.from();
    while (position < extent.end()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      long bytes = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() >= extent.end()) {
          return true;
        }
        bytes +=
            Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        if (!sink.take(record)) {
          return false;
        }
      }
      pace.spend(bytes);
      long before = position;
      position = consumer.position(extent.partition());
      if (position > before) {
        deadline = wallClock.millis() + LONGEST_SILENCE.toMillis();
      } else if (wallClock.millis() > deadline) {
        throw new StartException(
            "%s: no record for %s at offset %d (expected: readable up to %d)"
                .formatted(extent.partition(), LONGEST_SILENCE, position, extent.end()));
      }
    }
    return true;
  }

  @Override
  public void close() {
    boolean isStopped =
        Thread.interrupted(); // an interrupt would prevent a clean close of the consumer
    try {
      consumer.close();
    } finally {
      if (isStopped) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
