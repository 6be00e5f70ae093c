package io.tailrace.topology.kafka;

/**
 * How long a broker has answered without a break. After a break producers need a while, as we did,
 * to bring what they held back. Times are Unix milliseconds. Not thread-safe.
 */
final class BrokerContact {
  private final long longestGapMillis;
  private long since = Long.MIN_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * @param longestGapMillis between two answers of an unbroken contact
   */
  BrokerContact(long longestGapMillis) {
    this.longestGapMillis = longestGapMillis;
  }

  /** Takes note of an answer to what was asked then. */
  void answered(long askedAt) {
    if (since == Long.MIN_VALUE || askedAt - last > longestGapMillis) {
      since = askedAt;
    }
    last = askedAt;
  }

  /** When the first question of the unbroken contact was asked. */
  long since() {
    return since;
  }
}
