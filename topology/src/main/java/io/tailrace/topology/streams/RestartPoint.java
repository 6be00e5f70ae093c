package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.LogClock;

/**
 * Where a task went on from its last commit.
 *
 * @param committedOffset next offset of the source partition to be processed
 * @param clock log time at the commit, Unix milliseconds
 * @param oldestOffset offset of the first record of the oldest trace that was open; at most
 *     committedOffset
 * @param oldestTime log time of that record
 * @param settled {@link LogClock#settled} when the oldest offset was read, or before; negative if
 *     nothing was; {@link #NOT_TOLD} by earlier releases
 * @param verdictsFrom log time of the first verdict that is needed; {@link #NOT_TOLD} by earlier
 *     releases
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
   * Log time of the first verdict that is needed.
   *
   * @param retention of verdicts, milliseconds; may have been another one at the commit
   */
  long verdictsFrom(long retention) {
    if (verdictsFrom == NOT_TOLD) {
      return oldestTime - retention;
    }
    if (settled == NOT_TOLD) { // then it was too late by up to the retention
      return Math.min(verdictsFrom, oldestTime) - retention;
    }
    return Math.min(verdictsFrom, settled - retention);
  }
}
