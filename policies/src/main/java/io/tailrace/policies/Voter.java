package io.tailrace.policies;

/** Votes on traces, one at a time. May hold state; not thread-safe. */
interface Voter {
  /**
   * Votes on a trace. A rate limit that samples the trace spends tokens.
   *
   * @param logTimeMillis log time for rate limits, in milliseconds since the epoch
   */
  Vote vote(TraceFacts trace, long logTimeMillis);
}
