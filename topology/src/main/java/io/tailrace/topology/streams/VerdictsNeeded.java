package io.tailrace.topology.streams;

/**
 * Log time of the first verdict that a restart needs. Restored spans follow these verdicts or were
 * part of their decisions. The spans have log times at or after the time that was settled at the
 * restored offset, so these verdicts are at most one retention older. Not thread-safe.
 */
final class VerdictsNeeded {
  /** All verdicts. */
  static final long ALL = -1;

  private final long retention;
  private final long committedOffset;
  private final long before;

  /**
   * @param retention retention of verdicts, milliseconds
   * @param committedOffset committed offset of the restart; 0 if there was none
   * @param before log time from which the restart needed verdicts; {@link #ALL} if there was none
   */
  VerdictsNeeded(long retention, long committedOffset, long before) {
    this.retention = retention;
    this.committedOffset = committedOffset;
    this.before = before;
  }

  /**
   * Returns the log time of the first verdict that is needed if spans are restored from this
   * offset.
   *
   * @param settled log time that was settled at that offset; negative if unknown
   */
  long since(long oldestOffset, long settled) {
    if (settled < 0) {
      return before;
    }
    long since = settled - retention;
    // Spans from before the restart may follow a verdict with a longer retention.
    return oldestOffset < committedOffset ? Math.min(before, since) : since;
  }
}
