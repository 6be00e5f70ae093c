package io.tailrace.policies.policy;

/** Counts each decided trace once, before the policies vote on it. */
public interface TraceCounter {
  /**
   * Counts a trace.
   *
   * @param logTimeMillis log time of the decision, in milliseconds since the epoch
   */
  void count(TraceFacts trace, long logTimeMillis);
}
