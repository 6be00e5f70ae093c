package io.tailrace.topology;

/**
 * Where a task went on from its last commit.
 *
 * @param committedOffset next offset of the source partition to be processed
 * @param clock log time at the commit, Unix milliseconds
 * @param oldestOffset offset of the first record of the oldest trace that was open; at most
 *     committedOffset
 * @param oldestTime log time of that record
 * @param verdictsFrom log time of the first verdict that is needed: those that hold, and those on
 *     spans from the oldest offset on; {@link #NOT_TOLD} by earlier releases
 */
record RestartPoint(
    long committedOffset, long clock, long oldestOffset, long oldestTime, long verdictsFrom) {
  static final long NOT_TOLD = Long.MIN_VALUE;
}
