package io.tailrace.policies.slo;

import java.nio.ByteBuffer;

/**
 * Traces of one key in the latest parts of each window: a ring of {@link #SLOTS} for each. A window
 * is its twelve latest complete parts and the current one, so it covers its length and up to a
 * twelfth more. Takes 104 bytes a window. Not thread-safe.
 */
final class WindowCounts {
  private static final int SLOTS = BurnRules.PARTS + 1;
  private static final int SEVEN_BITS = 0x7f;

  /** Bytes of the longest number that {@link #save} writes. */
  private static final int LONGEST_NUMBER = 5;

  private final int[] all;
  private final int[] bad;

  WindowCounts(int windows) {
    all = new int[windows * SLOTS];
    bad = new int[windows * SLOTS];
  }

  void add(int window, long part, boolean isBad) {
    int slot = slot(window, part);
    if (all[slot] < Integer.MAX_VALUE) {
      all[slot]++;
      bad[slot] += isBad ? 1 : 0;
    }
  }

  /** Empties the slots of the parts after one, up to another. */
  void move(int window, long from, long to) {
    for (long part = Math.max(from + 1, to - BurnRules.PARTS); part <= to; part++) {
      all[slot(window, part)] = 0;
      bad[slot(window, part)] = 0;
    }
  }

  /** Returns the traces of a window at a part that is not before the latest one counted. */
  long all(int window, long latest, long at) {
    return sum(all, window, latest, at);
  }

  long bad(int window, long latest, long at) {
    return sum(bad, window, latest, at);
  }

  private static long sum(int[] of, int window, long latest, long at) {
    long sum = 0;
    for (long part = at - BurnRules.PARTS; part <= latest; part++) {
      sum += of[slot(window, part)];
    }
    return sum;
  }

  private static int slot(int window, long part) {
    return window * SLOTS + Math.floorMod(part, SLOTS);
  }

  static int mostBytes(int windows) {
    return windows * SLOTS * 2 * LONGEST_NUMBER;
  }

  /** Writes numbers of 7 bits a byte; an empty slot takes one byte. */
  void save(ByteBuffer out) {
    for (int i = 0; i < all.length; i++) {
      write(all[i], out);
      if (all[i] > 0) {
        write(bad[i], out);
      }
    }
  }

  void restore(ByteBuffer in) {
    for (int i = 0; i < all.length; i++) {
      all[i] = read(in);
      bad[i] = all[i] > 0 ? read(in) : 0;
    }
  }

  private static void write(int number, ByteBuffer out) {
    int left = number;
    while (left > SEVEN_BITS) {
      out.put((byte) ((left & SEVEN_BITS) | (SEVEN_BITS + 1)));
      left >>>= 7;
    }
    out.put((byte) left);
  }

  private static int read(ByteBuffer in) {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      number |= (next & SEVEN_BITS) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }
}
