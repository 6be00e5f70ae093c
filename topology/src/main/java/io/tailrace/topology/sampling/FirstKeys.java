package io.tailrace.topology.sampling;

import java.util.Arrays;
import java.util.stream.IntStream;

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

  /** Marks keys that the owner has, though {@link #isFirst} was not asked of them. */
  void add(int[] keys, int owner) {
    for (int key : keys) {
      lastOwner[key] = owner;
    }
  }

  /** The keys whose last owner this is. */
  int[] of(int owner) {
    return IntStream.range(0, lastOwner.length).filter(key -> lastOwner[key] == owner).toArray();
  }
}
