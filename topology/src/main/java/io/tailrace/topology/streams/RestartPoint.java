package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.LogClock;

/**
 * Position from which a task continues after a restart.
 *
 * @param committedOffset next offset of the source partition to be processed
 * @param clock log time at the commit, Unix milliseconds
 * @param oldestOffset offset of the first record of the oldest open trace; at most committedOffset
 * @param oldestTime log time of that record
 * @param settled {@link LogClock#settled} at the read of the oldest offset, or before; negative if
 *     unknown; {@link #NOT_TOLD} in commits of earlier releases
 * @param verdictsFrom log time of the first verdict that is needed; {@link #NOT_TOLD} in commits of
 *     earlier releases
 */
public record RestartPoint(
    long committedOffset,
    long clock,
    long oldestOffset,
    long oldestTime,
    long settled,
    long verdictsFrom) {
  static final long NOT_TOLD = Long.MIN_VALUE;

  /**
   * Returns the log time of the first verdict that is needed.
   *
   * @param retention retention of verdicts, milliseconds; may have been different at the commit
   */
  long verdictsFrom(long retention) {
    if (verdictsFrom == NOT_TOLD) {
      return oldestTime - retention;
    }
    if (settled == NOT_TOLD) { // such commits allow for late spans up to the retention
      return Math.min(verdictsFrom, oldestTime) - retention;
    }
    return Math.min(verdictsFrom, settled - retention);
  }
}
