package io.tailrace.topology.streams;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;

/** Store that keeps nothing on disk over a restart and determines the offset to restore from. */
abstract class RestoredStore implements StateStore {
  private final String name;
  private final RestartPoints restartPoints;

  RestoredStore(String name, RestartPoints restartPoints) {
    this.name = name;
    this.restartPoints = restartPoints;
  }

  /**
   * Returns the first changelog offset that is needed. It may be before the first available one.
   */
  abstract long restoreFrom(TopicPartition changelog);

  /**
   * Called when Kafka has deleted changelog records that are needed.
   *
   * @param first first deleted offset
   * @param end offset after the last deleted one
   */
  void deleted(TopicPartition changelog, long first, long end) {}

  RestartPoints restartPoints() {
    return restartPoints;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean persistent() {
    return true; // Streams asks only persistent stores for the offset to restore from
  }

  @Override
  @SuppressWarnings("deprecation") // Streams still calls the deprecated method
  public final boolean managesOffsets() {
    return true;
  }

  /** Returns the offset before the first one to restore. */
  @Override
  public final Long committedOffset(TopicPartition changelog) {
    long needed = restoreFrom(changelog);
    long start = Math.max(needed, restartPoints.beginning(changelog));
    // The end is lower after a truncation. Streams would restore from a later offset for ever.
    long from = start == 0 ? 0 : Math.min(start, restartPoints.end(changelog));
    if (start > needed) {
      deleted(changelog, needed, start);
    }
    return from == 0 ? StreamsInternals.FROM_BEGINNING : from - 1;
  }

  @Override
  public final void commit(Map<TopicPartition, Long> changelogOffsets) {
    // Nothing is kept on disk for the next start.
  }
}
