package io.tailrace.topology.kafka;

/**
 * Tracks how long a broker has answered without interruption. After an interruption, producers need
 * time to send delayed records. A clock that is set also counts as an interruption. Times are Unix
 * milliseconds. Not thread-safe.
 */
final class BrokerContact {
  private final long longestGapMillis;
  private long since = Long.MIN_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * @param longestGapMillis maximum time between two answers without an interruption
   */
  BrokerContact(long longestGapMillis) {
    this.longestGapMillis = longestGapMillis;
  }

  /** Records an answer to a request sent at this time. */
  void answered(long askedAt) {
    boolean isClockSetBack = askedAt < last;
    if (since == Long.MIN_VALUE || askedAt - last > longestGapMillis || isClockSetBack) {
      since = askedAt;
    }
    last = askedAt;
  }

  /** Returns the time of the first request since the last interruption. */
  long since() {
    return since;
  }
}
