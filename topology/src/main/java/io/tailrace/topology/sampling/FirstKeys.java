package io.tailrace.topology.sampling;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Distinguishes the first attribute of a key from its duplicates, which do not count. */
final class FirstKeys {
  private static final int NONE = -1;

  private int[] lastOwner = {};

  /** Clears all keys and sets their number. */
  void clear(int keys) {
    if (lastOwner.length < keys) {
      lastOwner = new int[keys];
    }
    Arrays.fill(lastOwner, NONE);
  }

  /**
   * Whether this is the first attribute of the key since {@link #clear}.
   *
   * @param owner owner of the attribute; all attributes of an owner must be passed in sequence
   */
  boolean isFirst(int key, int owner) {
    boolean first = lastOwner[key] != owner;
    lastOwner[key] = owner;
    return first;
  }

  /** Marks keys of the owner that were not passed to {@link #isFirst}. */
  void add(int[] keys, int owner) {
    for (int key : keys) {
      lastOwner[key] = owner;
    }
  }

  /** Returns the keys whose last owner is this one. */
  int[] of(int owner) {
    return IntStream.range(0, lastOwner.length).filter(key -> lastOwner[key] == owner).toArray();
  }
}
