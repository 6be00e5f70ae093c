package io.tailrace.topology.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts what breaks the sequence of offsets that an instance reads: records that Kafka
 * deleted before they were read, and offsets that another program committed. Thread-safe.
 */
public final class SourceOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(SourceOffsets.class);
  private static final String PARTITION = "partition";

  private final Counter unread;
  private final Counter notRestored;
  private final Counter resets;

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
   * Reports unread records that Kafka has deleted.
   *
   * @param first first deleted offset
   * @param end offset after the last deleted one
   */
  void deleted(TopicPartition partition, long first, long end) {
    unread.increment((double) (end - first));
    LOG.atError()
        .addKeyValue(PARTITION, partition)
        .log(
            "Kafka deleted the records at offsets {} to {} before they were read. Their spans are"
                + " lost. Increase retention.ms of the topic, or the number of instances",
            first,
            end - 1);
  }

  /** Reports a position after the end of the partition. */
  void truncated(TopicPartition partition, long position, long end) {
    LOG.atError()
        .addKeyValue(PARTITION, partition)
        .log(
            "offset {} does not exist (expected: at most {}, the end). Kafka truncated the partition,"
                + " or another program set the offset. Reading continues at the end",
            position,
            end);
  }

  /**
   * Reports records of open traces that a restart needs and Kafka has deleted.
   *
   * @param first first deleted offset
   * @param end offset after the last deleted one
   */
  public void notRestored(TopicPartition partition, long first, long end) {
    notRestored.increment((double) (end - first));
    LOG.atError()
        .addKeyValue(PARTITION, partition)
        .log(
            "Kafka deleted the records at offsets {} to {}, which contain spans of open traces."
                + " These spans are lost. Increase retention.ms of the topic",
            first,
            end - 1);
  }

  /** Reports a committed offset without the metadata that all commits of Tailrace have. */
  void reset(TopicPartition partition, long offset) {
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
