package io.tailrace.loadtests.shop;

/** Limits traces to a rate of spans. Not thread-safe. */
final class SteadyPace {
  /** Maximum backlog that is caught up after a stall. */
  private static final long MAX_DEBT_NANOS = 1_000_000_000L;

  private final double nanosPerSpan;
  private long nextNanos;

  SteadyPace(double spansPerSecond, long nowNanos) {
    nanosPerSpan = 1e9 / spansPerSecond;
    nextNanos = nowNanos;
  }

  boolean isAhead(long nowNanos) {
    return nextNanos - nowNanos > 0;
  }

  void sent(int spans, long nowNanos) {
    nextNanos = Math.max(nextNanos, nowNanos - MAX_DEBT_NANOS);
    nextNanos += (long) (spans * nanosPerSpan);
  }
}
