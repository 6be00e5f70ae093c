package io.tailrace.policies.budget;

import java.nio.ByteBuffer;

/**
 * A token bucket in log time. It counts thousandths of a token, so that a rate per second is an
 * integer per millisecond and a rate share of 1 is exact. Mutable, not thread-safe.
 */
public final class TokenBucket {
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
  public TokenBucket(double capacity, double perSecond, long tickMillis) {
    this.tickMillis = tickMillis;
    this.capacityUnits = capacity * UNITS;
    this.unitsPerTick = perSecond * tickMillis;
    this.units = capacityUnits;
  }

  /** Returns the tokens added per second of log time. */
  public double perSecond() {
    return unitsPerTick / tickMillis;
  }

  /** Returns the number of tokens at a time. Negative after a debt. Changes nothing. */
  public double level(long logTimeMillis) {
    return unitsAt(Math.floorDiv(logTimeMillis, tickMillis)) / UNITS;
  }

  /** Returns whether it holds as many tokens as a new one. Changes nothing. */
  public boolean isFull(long logTimeMillis) {
    return unitsAt(Math.floorDiv(logTimeMillis, tickMillis)) >= capacityUnits;
  }

  /**
   * Refills the bucket and returns whether it holds {@code tokens}. A time before the latest one
   * adds no tokens.
   */
  public boolean holds(long tokens, long logTimeMillis) {
    refill(logTimeMillis);
    return (double) tokens * UNITS <= units;
  }

  /** Refills the bucket. A time before the latest one adds no tokens. */
  public void refill(long logTimeMillis) {
    long now = Math.floorDiv(logTimeMillis, tickMillis);
    units = unitsAt(now);
    tick = Math.max(tick, now);
  }

  /** Removes tokens. The level can become negative. */
  public void take(double tokens) {
    units -= tokens * UNITS;
  }

  private double unitsAt(long now) {
    if (tick == NO_TICK || now <= tick) {
      return units;
    }
    return Math.min(capacityUnits, units + (double) (now - tick) * unitsPerTick);
  }

  public byte[] save() {
    return ByteBuffer.allocate(Double.BYTES + Long.BYTES).putDouble(units).putLong(tick).array();
  }

  /** Restores the level and time of another bucket, at most the capacity. */
  public void restore(ByteBuffer saved) {
    units = Math.min(capacityUnits, saved.getDouble());
    tick = saved.getLong();
  }
}
