package io.tailrace.topology.kafka;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Evidence that a partition was read to its end. Required before wall time may advance log time.
 */
public interface CaughtUp {
  /**
   * Returns a wall time (Unix milliseconds) at which this task's consumer had already delivered all
   * records of the partition. Empty if unknown. Must be called on the thread of the task.
   */
  OptionalLong asOf(TopicPartition partition);
}
