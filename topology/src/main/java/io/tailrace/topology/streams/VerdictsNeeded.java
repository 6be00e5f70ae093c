package io.tailrace.topology.streams;

/**
 * Since when verdicts are needed after a restart: those that spans from the restored offset on
 * follow, or were judged by. The spans have log times at or after the time that was settled at that
 * offset, so these verdicts were given no more than the retention before it. Not thread-safe.
 */
final class VerdictsNeeded {
  /** All that there are. */
  static final long ALL = -1;

  private final long retention;
  private final long committedOffset;
  private final long before;

  /**
   * @param retention of verdicts, milliseconds
   * @param committedOffset of the restart; 0 if there was none
   * @param before log time since when the restart needed them; {@link #ALL} if there was none
   */
  VerdictsNeeded(long retention, long committedOffset, long before) {
    this.retention = retention;
    this.committedOffset = committedOffset;
    this.before = before;
  }

  /**
   * Log time of the first verdict that is needed if spans are restored from this offset on.
   *
   * @param settled log time that was settled at that offset; negative if it is not known
   */
  long since(long oldestOffset, long settled) {
    if (settled < 0) {
      return before;
    }
    long since = settled - retention;
    // Spans from before the restart may have followed a verdict that was kept for longer then.
    return oldestOffset < committedOffset ? Math.min(before, since) : since;
  }
}
