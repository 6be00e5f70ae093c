package io.tailrace.policies.policy;

/** Votes on traces, one at a time. May hold state; not thread-safe. */
public interface Voter {
  /**
   * Votes on a trace. A rate limit that samples the trace spends tokens.
   *
   * @param logTimeMillis log time for rate limits, in milliseconds since the epoch
   * @return a value as described in {@link Votes}
   */
  long vote(TraceFacts trace, long logTimeMillis);

  /**
   * Returns whether a vote can spend tokens now. Such voters are called only when their vote
   * counts.
   */
  default boolean spends() {
    return false;
  }

  /** Returns a voter that spends tokens. */
  static Voter spending(Voter voter) {
    return new Voter() {
      @Override
      public long vote(TraceFacts trace, long logTimeMillis) {
        return voter.vote(trace, logTimeMillis);
      }

      @Override
      public boolean spends() {
        return true;
      }
    };
  }

  /** Returns a voter that spends tokens when {@code delegate} does. */
  static Voter like(Voter delegate, Voter voter) {
    return new Voter() {
      @Override
      public long vote(TraceFacts trace, long logTimeMillis) {
        return voter.vote(trace, logTimeMillis);
      }

      @Override
      public boolean spends() {
        return delegate.spends();
      }
    };
  }
}
