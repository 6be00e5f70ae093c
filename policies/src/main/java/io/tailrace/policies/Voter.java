package io.tailrace.policies;

/** Votes on traces, one at a time. May count: not thread-safe. */
interface Voter {
  /**
   * Votes, and counts what a limit spends.
   *
   * @param logTimeMillis the clock of limits, in milliseconds since the epoch
   */
  Vote vote(TraceFacts trace, long logTimeMillis);
}
