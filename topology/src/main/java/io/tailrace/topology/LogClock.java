package io.tailrace.topology;

/**
 * A task's log time: the greatest record time so far, so that the same log gives the same times
 * whenever it is read; and up to when traces are due, which may lag behind it or, on a quiet
 * partition, run ahead. Unix milliseconds. Not thread-safe.
 */
final class LogClock {
  private final boolean recordsMakeDue;
  private long now = Long.MIN_VALUE;
  private long reached = Long.MIN_VALUE;

  /**
   * @param recordsMakeDue whether a record shows that all before it in time have come, as in a
   *     partition that is read in its own order; else only {@link #advance} does
   */
  LogClock(boolean recordsMakeDue) {
    this.recordsMakeDue = recordsMakeDue;
  }

  /** Takes note of a record of spans. */
  void observe(long recordTime) {
    now = Math.max(now, recordTime);
    if (recordsMakeDue) {
      reached = Math.max(reached, now);
    }
  }

  /**
   * Takes note that all records before {@code time} have come. What falls due follows it; {@link
   * #now} does not, or a late record would find another time than in a replay.
   */
  void advance(long time) {
    reached = Math.max(reached, time);
  }

  /** Log time of the latest record; what new traces are stamped with. */
  long now() {
    return now;
  }

  /** Up to when traces are due. */
  long reached() {
    return reached;
  }

  /** Up to when the log itself, without the wall clock's help, says that all records have come. */
  long settled() {
    return recordsMakeDue ? now : reached;
  }

  boolean hasStarted() {
    return now != Long.MIN_VALUE;
  }
}
