package io.tailrace.topology.sampling;

import java.util.Arrays;

/** Tells the first attribute of a key from further ones of the same key, which do not count. */
final class FirstKeys {
  private static final int NONE = -1;

  private int[] lastOwner = {};

  /** Forgets all; there are so many keys. */
  void clear(int keys) {
    if (lastOwner.length < keys) {
      lastOwner = new int[keys];
    }
    Arrays.fill(lastOwner, NONE);
  }

  /**
   * Whether it is the first of this key since {@link #clear}.
   *
   * @param owner of the attribute; those of one owner come one after the other
   */
  boolean isFirst(int key, int owner) {
    boolean first = lastOwner[key] != owner;
    lastOwner[key] = owner;
    return first;
  }
}
