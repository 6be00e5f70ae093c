package io.tailrace.policies;

/**
 * A token bucket in log time. It counts thousandths of a token, so that a rate per second is a
 * whole number per millisecond and a full share is exact. Mutable, not thread-safe.
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
   * @param capacity tokens it holds, and starts with
   * @param perSecond tokens that flow in per second of log time
   * @param tickMillis how often they do: 1 for a steady flow, 1000 for whole seconds of the epoch
   */
  TokenBucket(long capacity, double perSecond, long tickMillis) {
    this.tickMillis = tickMillis;
    this.capacityUnits = (double) capacity * UNITS;
    this.unitsPerTick = perSecond * tickMillis;
    this.units = capacityUnits;
  }

  /** Whether {@code tokens} could be taken at this time. A time before an earlier one adds none. */
  boolean holds(long tokens, long logTimeMillis) {
    refill(Math.floorDiv(logTimeMillis, tickMillis));
    return (double) tokens * UNITS <= units;
  }

  /** Takes tokens that it {@link #holds}. */
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

  /** What it takes to go on counting. */
  record Saved(double units, long tick) {}
}
