package io.tailrace.topology.streams;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;

/**
 * A store that keeps nothing on disk from one start to the next, and says itself from where it must
 * be restored.
 */
abstract class RestoredStore implements StateStore {
  private final String name;
  private final RestartPoints restartPoints;

  RestoredStore(String name, RestartPoints restartPoints) {
    this.name = name;
    this.restartPoints = restartPoints;
  }

  /** The first offset of the changelog partition that is needed; before its beginning is fine. */
  abstract long restoreFrom(TopicPartition changelog);

  RestartPoints restartPoints() {
    return restartPoints;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean persistent() {
    return true; // Streams asks only persistent stores where to restore from
  }

  @Override
  @SuppressWarnings("deprecation") // to be true until Streams assumes it
  public final boolean managesOffsets() {
    return true;
  }

  /** The offset before the first to be restored. */
  @Override
  public final Long committedOffset(TopicPartition changelog) {
    long start = Math.max(restoreFrom(changelog), restartPoints.beginning(changelog));
    return start == 0 ? StreamsInternals.FROM_BEGINNING : start - 1;
  }

  @Override
  public final void commit(Map<TopicPartition, Long> changelogOffsets) {
    // Nothing is kept on disk for the next start.
  }
}
