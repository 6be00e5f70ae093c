package io.tailrace.topology;

/**
 * A task's log time: the greatest record time so far, so that the same log gives the same times
 * whenever it is read. Unix milliseconds. Not thread-safe.
 */
final class LogClock {
  private long now = Long.MIN_VALUE;
  private long reached = Long.MIN_VALUE;

  /** Takes note of a record. */
  void observe(long recordTime) {
    now = Math.max(now, recordTime);
    reached = Math.max(reached, now);
  }

  /**
   * Lets time pass without records: all that was stamped before {@code time} is known to have been
   * read. Only what falls due follows it; {@link #now} does not, or a late record would find
   * another time than in a replay.
   */
  void idleUntil(long time) {
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

  boolean hasStarted() {
    return reached != Long.MIN_VALUE;
  }
}
