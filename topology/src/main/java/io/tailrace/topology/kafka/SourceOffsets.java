package io.tailrace.topology.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts records that Kafka deleted before an instance read them, and offsets that another
 * program committed. Thread-safe.
 */
public final class SourceOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(SourceOffsets.class);
  private static final String PARTITION = "partition";

  private final Counter unread;
  private final Counter notRestored;
  private final Counter resets;
  private final Map<TopicPartition, Long> resetTo = new HashMap<>();
  private final Map<TopicPartition, Long> unreadBefore = new HashMap<>();
  private final Map<TopicPartition, Long> notRestoredBefore = new HashMap<>();

  public SourceOffsets(MeterRegistry registry) {
    unread = deleted(registry, "unread");
    notRestored = deleted(registry, "restore");
    resets =
        Counter.builder("tailrace.source.offset.resets")
            .description("Committed offsets that another program changed")
            .register(registry);
  }

  private static Counter deleted(MeterRegistry registry, String needed) {
    return Counter.builder("tailrace.source.records.deleted")
        .description("Records that Kafka deleted before they were read; their spans are lost")
        .tag("needed", needed)
        .register(registry);
  }

  /**
   * Reports unread records that Kafka has deleted. Counts an offset once, also if a task starts
   * again before it commits a later one.
   *
   * @param first first deleted offset
   * @param end offset after the last deleted one
   */
  void deleted(TopicPartition partition, long first, long end) {
    if (isCounted(unread, unreadBefore, partition, first, end)) {
      LOG.atError()
          .addKeyValue(PARTITION, partition)
          .log(
              "Kafka deleted the records at offsets {} to {} before they were read. Their spans are"
                  + " lost. Increase retention.ms of the topic, or the number of instances",
              first,
              end - 1);
    }
  }

  /**
   * Reports records of open traces that a restart needs and Kafka has deleted. Counts an offset
   * once.
   *
   * @param first first deleted offset
   * @param end offset after the last deleted one
   */
  public void notRestored(TopicPartition partition, long first, long end) {
    if (isCounted(notRestored, notRestoredBefore, partition, first, end)) {
      LOG.atError()
          .addKeyValue(PARTITION, partition)
          .log(
              "Kafka deleted the records at offsets {} to {}, which contain spans of open traces."
                  + " These spans are lost. Increase retention.ms of the topic",
              first,
              end - 1);
    }
  }

  private synchronized boolean isCounted(
      Counter counter,
      Map<TopicPartition, Long> countedBefore,
      TopicPartition partition,
      long first,
      long end) {
    long from = Math.max(first, countedBefore.getOrDefault(partition, 0L));
    if (from >= end) {
      return false;
    }
    countedBefore.put(partition, end);
    counter.increment((double) (end - from));
    return true;
  }

  /**
   * Reports a position that does not exist although nothing before it was deleted.
   *
   * @param next offset at which reading continues
   */
  void truncated(TopicPartition partition, long position, long next) {
    LOG.atError()
        .addKeyValue(PARTITION, partition)
        .log(
            "offset {} does not exist. Kafka truncated the partition (unclean leader election), the"
                + " topic was created again, or another program set the offset. Records are read"
                + " from offset {}; spans of kept traces can be exported again",
            position,
            next);
  }

  /** Reports a committed offset without the metadata that all commits of Tailrace have, once. */
  synchronized void reset(TopicPartition partition, long offset) {
    if (Objects.equals(resetTo.put(partition, offset), offset)) {
      return;
    }
    resets.increment();
    LOG.atWarn()
        .addKeyValue(PARTITION, partition)
        .log(
            "another program set the committed offset to {}. Spans before it that were unread or in"
                + " open traces are lost. Spans after it are read again, and spans of kept traces are"
                + " exported again",
            offset);
  }
}
