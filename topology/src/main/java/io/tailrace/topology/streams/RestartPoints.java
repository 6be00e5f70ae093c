package io.tailrace.topology.streams;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out where a task must start reading to have its state as of the last commit. Thread-safe.
 */
interface RestartPoints {
  /**
   * The last commit of the partition; empty if there is none.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if that is not known yet
   */
  Optional<RestartPoint> of(TopicPartition source);

  /**
   * The first offset with a record time at or after {@code time}; the partition's end if none has.
   */
  long offsetAt(TopicPartition partition, long time);

  /** The first offset that the partition still has. */
  long beginning(TopicPartition partition);
}
