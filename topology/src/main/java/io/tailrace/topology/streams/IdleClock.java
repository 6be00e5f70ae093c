package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.CaughtUp;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Advances log time on an idle partition: all records are known once the partition was read to its
 * end and had no record for some time. Not thread-safe.
 */
final class IdleClock {
  private final CaughtUp caughtUp;
  private final long idleAfterMillis;
  private @Nullable TopicPartition partition;
  private long lastRecordAt;

  /**
   * @param idleAfterMillis time without records after which a partition is idle; also the longest
   *     time from the timestamp of a record to its availability
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

  /** Returns the time up to which all records are known, if the partition is idle. */
  OptionalLong quietUntil(long wallTime) {
    // Asked in any case, as the answer takes a while to gather.
    OptionalLong asOf = caughtUp.asOf(Objects.requireNonNull(partition, "not started"));
    lastRecordAt = Math.min(lastRecordAt, wallTime); // the clock can be set back
    if (wallTime - lastRecordAt < idleAfterMillis) {
      return OptionalLong.empty();
    }
    return asOf.isPresent() ? OptionalLong.of(asOf.getAsLong() - idleAfterMillis) : asOf;
  }
}
