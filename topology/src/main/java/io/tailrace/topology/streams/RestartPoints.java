package io.tailrace.topology.streams;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the offset from which a task must read to restore its state as of the last commit.
 * Thread-safe.
 */
interface RestartPoints {
  /**
   * Returns the last commit of the partition; empty if there is none.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if it is not known yet
   */
  Optional<RestartPoint> of(TopicPartition source);

  /**
   * Returns the first offset with a record time at or after {@code time}; the end of the partition
   * if there is none.
   */
  long offsetAt(TopicPartition partition, long time);

  /** Returns the first offset that the partition still contains. */
  long beginning(TopicPartition partition);

  /** Returns the next offset to be written. */
  long end(TopicPartition partition);
}
