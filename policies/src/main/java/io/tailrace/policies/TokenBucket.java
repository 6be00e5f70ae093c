package io.tailrace.policies;

/**
 * A token bucket in log time. It counts thousandths of a token, so that a rate per second is an
 * integer per millisecond and a rate share of 1 is exact. Mutable, not thread-safe.
 */
final class TokenBucket {
  private static final long UNITS = 1_000;
  private static final long NO_TICK = Long.MIN_VALUE;

  private final long tickMillis;
  private final double capacityUnits;
  private final double unitsPerTick;
  private double units;
  private long tick = NO_TICK;

  /**
   * @param capacity maximum and initial number of tokens
   * @param perSecond tokens added per second of log time
   * @param tickMillis refill interval in milliseconds, aligned to the epoch: 1 or 1000
   */
  TokenBucket(long capacity, double perSecond, long tickMillis) {
    this.tickMillis = tickMillis;
    this.capacityUnits = (double) capacity * UNITS;
    this.unitsPerTick = perSecond * tickMillis;
    this.units = capacityUnits;
  }

  /**
   * Refills the bucket and returns whether it holds {@code tokens}. A time before the latest one
   * adds no tokens.
   */
  boolean holds(long tokens, long logTimeMillis) {
    refill(Math.floorDiv(logTimeMillis, tickMillis));
    return (double) tokens * UNITS <= units;
  }

  /** Removes tokens. The caller checks {@link #holds} first. */
  void take(long tokens) {
    units -= (double) tokens * UNITS;
  }

  private void refill(long now) {
    if (tick == NO_TICK) {
      tick = now;
    } else if (now > tick) {
      units = Math.min(capacityUnits, units + (double) (now - tick) * unitsPerTick);
      tick = now;
    }
  }

  Saved save() {
    return new Saved(units, tick);
  }

  void restore(Saved saved) {
    units = Math.min(capacityUnits, saved.units);
    tick = saved.tick;
  }

  /** State to save and restore. */
  record Saved(double units, long tick) {}
}
