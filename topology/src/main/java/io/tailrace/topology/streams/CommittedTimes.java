package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.Commits;
import org.apache.kafka.common.TopicPartition;

/** Log times from which a restart would continue. */
interface CommittedTimes {
  /** Returns the committed log time of the task that reads a partition; negative if unknown. */
  long of(TopicPartition partition);

  /**
   * Returns the times in the commits. Any time counts as committed with exactly-once: a transaction
   * removes what the task has written at a time that is not.
   */
  static CommittedTimes of(boolean exactlyOnce, Commits commits) {
    return exactlyOnce
        ? partition -> Long.MAX_VALUE
        : partition -> commits.last(partition).map(StreamsInternals::reached).orElse(-1L);
  }
}
