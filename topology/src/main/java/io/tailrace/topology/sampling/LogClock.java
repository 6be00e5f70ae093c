package io.tailrace.topology.sampling;

/**
 * Log time of a task: the greatest record time so far, so that every read of the same log gives the
 * same times. Also holds the time up to which traces are due. This time may lag behind the log time
 * or, on a quiet partition, be ahead of it. Unix milliseconds. Not thread-safe.
 */
public final class LogClock {
  private final boolean isOrdered;
  private long now = Long.MIN_VALUE;
  private long reached = Long.MIN_VALUE;

  /**
   * @param isOrdered whether log times never decrease from record to record, as in a partition read
   *     in its own order. Otherwise records of several ingest partitions are interleaved, each has
   *     its own log time, and only {@link #advance} makes traces due
   */
  public LogClock(boolean isOrdered) {
    this.isOrdered = isOrdered;
  }

  /** Observes a record of spans. Returns its log time. */
  public long observe(long recordTime) {
    now = Math.max(now, recordTime);
    if (!isOrdered) {
      return Math.max(reached, recordTime); // traces due by now do not wait for this record
    }
    reached = Math.max(reached, now);
    return now;
  }

  boolean isOrdered() {
    return isOrdered;
  }

  /**
   * Declares all records before {@code time} read. Advances the due time but not {@link #now};
   * otherwise the time of a late record would differ in a replay.
   */
  public void advance(long time) {
    reached = Math.max(reached, time);
  }

  /** Greatest record time so far. */
  public long now() {
    return now;
  }

  /** Time up to which traces are due. */
  public long reached() {
    return reached;
  }

  /**
   * Time up to which all records are read according to the log alone, without the wall clock. No
   * later record has an earlier log time.
   */
  public long settled() {
    return isOrdered ? now : reached;
  }

  public boolean hasStarted() {
    return now != Long.MIN_VALUE;
  }
}
