package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.LogClock;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Log time of a partition that also advances with the wall clock while the partition is idle, but
 * only to times that are committed. Otherwise, a restart would read the records that arrived since
 * at an earlier time, and would decide traces again with other spans. Not thread-safe.
 */
final class CommittedClock {
  private static final long NO_TIME = -1;

  private final ProcessorContext<?, ?> context;
  private final TopicPartition partition;
  private final IdleClock idleClock;
  private final CommittedTimes committed;
  private final LogClock clock;
  private boolean hasRecords;
  private long known = NO_TIME;

  /**
   * Begins with the time of the last commit.
   *
   * @param clock clock of records in the order of the partition
   */
  CommittedClock(
      ProcessorContext<?, ?> context,
      TopicPartition partition,
      IdleClock idleClock,
      CommittedTimes committed,
      LogClock clock) {
    this.context = context;
    this.partition = partition;
    this.idleClock = idleClock;
    this.committed = committed;
    this.clock = clock;
    long reached = StreamsInternals.reached(context);
    if (reached >= 0) {
      clock.advance(reached);
    }
    idleClock.start(partition, context.currentSystemTimeMs());
  }

  /** Advances as a restart would. Called before the clock sees each record. */
  void recordComes() {
    if (known > clock.reached()) {
      clock.advance(committed());
    }
    idleClock.recordCame(context.currentSystemTimeMs());
    hasRecords = true;
  }

  /** Advances the clock. Returns the committed time; negative if there is none. */
  long advance(long wallTime) {
    long now = Math.max(clock.reached(), idleClock.quietUntil(wallTime).orElse(NO_TIME));
    if (now > known) {
      known = now;
      StreamsInternals.commitReached(context, known);
    }
    long time = committed();
    clock.advance(time);
    return time;
  }

  /** Without a record, there is nothing to read again, and Kafka Streams commits nothing. */
  private long committed() {
    return hasRecords ? Math.min(known, committed.of(partition)) : known;
  }
}
