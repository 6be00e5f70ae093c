package io.tailrace.policies.slo;

import java.nio.ByteBuffer;

/** Counts of one key, and since when it burns. Mutable, not thread-safe. */
final class KeyState {
  static final long NEVER = Long.MIN_VALUE;

  final WindowCounts counts;

  /** Whether it was added in the current step: it has no state of its own yet. */
  boolean isNew;

  private long since = NEVER;
  private long lastBurned = NEVER;
  private double highest;

  KeyState(int windows) {
    counts = new WindowCounts(windows);
  }

  /** Notes the burn rate as of a time. Returns whether the key stopped burning. */
  boolean note(boolean burns, double rate, long atMillis) {
    isNew = false;
    if (!burns) {
      return since != NEVER;
    }
    if (since == NEVER) {
      since = atMillis;
      highest = 0;
    }
    highest = Math.max(highest, rate);
    lastBurned = atMillis;
    return false;
  }

  /** Ends the burn. */
  Burn stop(long key, boolean isOther, long atMillis) {
    Burn burn = new Burn(key, isOther, since, atMillis, highest);
    since = NEVER;
    return burn;
  }

  boolean isBurning() {
    return since != NEVER;
  }

  long since() {
    return since;
  }

  double highest() {
    return highest;
  }

  /** Returns whether it burned less than the hold before a time. */
  boolean isHeld(long atMillis, long holdMillis) {
    return lastBurned != NEVER && atMillis < lastBurned + holdMillis;
  }

  static int mostBytes(int windows) {
    return 1 + 2 * Long.BYTES + Double.BYTES + WindowCounts.mostBytes(windows);
  }

  void save(ByteBuffer out) {
    out.put((byte) (isNew ? 1 : 0)).putLong(since).putLong(lastBurned).putDouble(highest);
    counts.save(out);
  }

  void restore(ByteBuffer in) {
    isNew = in.get() != 0;
    since = in.getLong();
    lastBurned = in.getLong();
    highest = in.getDouble();
    counts.restore(in);
  }
}
