package io.tailrace.topology.kafka;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Evidence that a partition has been read to its end: the only ground on which wall time may move
 * log time.
 */
public interface CaughtUp {
  /**
   * A wall time (Unix milliseconds) at which the end of the partition was no further than what this
   * task's consumer has handed over; empty if that is not known. To be called on the task's own
   * thread.
   */
  OptionalLong asOf(TopicPartition partition);
}
