package io.tailrace.topology.sampling;

/**
 * A task's log time: the greatest record time so far, so that the same log gives the same times
 * whenever it is read; and up to when traces are due, which may lag behind it or, on a quiet
 * partition, run ahead. Unix milliseconds. Not thread-safe.
 */
public final class LogClock {
  private final boolean isOrdered;
  private long now = Long.MIN_VALUE;
  private long reached = Long.MIN_VALUE;

  /**
   * @param isOrdered whether a record's log time is at or after that of all records before it, as
   *     in a partition that is read in its own order. Else records of several ingest partitions
   *     follow each other, each has a log time of its own, and only {@link #advance} makes due
   */
  public LogClock(boolean isOrdered) {
    this.isOrdered = isOrdered;
  }

  /** Takes note of a record of spans. Returns its log time. */
  public long observe(long recordTime) {
    now = Math.max(now, recordTime);
    if (!isOrdered) {
      return Math.max(reached, recordTime); // what is due by now does not wait for this record
    }
    reached = Math.max(reached, now);
    return now;
  }

  boolean isOrdered() {
    return isOrdered;
  }

  /**
   * Takes note that all records before {@code time} have come. What falls due follows it; {@link
   * #now} does not, or a late record would find another time than in a replay.
   */
  public void advance(long time) {
    reached = Math.max(reached, time);
  }

  /** Greatest record time so far. */
  public long now() {
    return now;
  }

  /** Up to when traces are due. */
  public long reached() {
    return reached;
  }

  /**
   * Up to when the log itself, without the wall clock's help, says that all records have come. No
   * later record has an earlier log time.
   */
  public long settled() {
    return isOrdered ? now : reached;
  }

  public boolean hasStarted() {
    return now != Long.MIN_VALUE;
  }
}
