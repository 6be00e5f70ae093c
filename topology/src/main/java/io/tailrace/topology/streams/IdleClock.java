package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.CaughtUp;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets time pass on a quiet partition: once it has had no record for a while and has demonstrably
 * been read to its end, all records up to then have come. Not thread-safe.
 */
final class IdleClock {
  private final CaughtUp caughtUp;
  private final long idleAfterMillis;
  private TopicPartition partition;
  private long lastRecordAt;

  /**
   * @param idleAfterMillis how long without records makes a partition quiet; also how long a record
   *     may be on its way, being stamped before it can be read
   */
  IdleClock(CaughtUp caughtUp, long idleAfterMillis) {
    this.caughtUp = caughtUp;
    this.idleAfterMillis = idleAfterMillis;
  }

  void start(TopicPartition source, long wallTime) {
    partition = source;
    lastRecordAt = wallTime;
  }

  void recordCame(long wallTime) {
    lastRecordAt = wallTime;
  }

  /** Until when all records are known to have come, if the partition is quiet. */
  OptionalLong quietUntil(long wallTime) {
    OptionalLong asOf = caughtUp.asOf(partition); // in time: evidence takes a while to gather
    if (wallTime - lastRecordAt < idleAfterMillis) {
      return OptionalLong.empty();
    }
    return asOf.isPresent() ? OptionalLong.of(asOf.getAsLong() - idleAfterMillis) : asOf;
  }
}
