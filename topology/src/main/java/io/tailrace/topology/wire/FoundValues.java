package io.tailrace.topology.wire;

import java.util.Arrays;

/**
 * Values of selectors found in a record, by owner: a resource, a scope or a span. Reused from
 * record to record. Not thread-safe.
 */
final class FoundValues {
  private static final int INITIAL = 64;
  private static final int NONE = -1;

  private int size;
  private int[] owners = new int[INITIAL];
  private int[] selectors = new int[INITIAL];
  private long[] hashes = new long[INITIAL];

  /** By owner, the first of its values + 1; 0 if it has none. */
  private int[] first = new int[INITIAL];

  void clear() {
    for (int i = 0; i < size; i++) {
      first[owners[i]] = 0;
    }
    size = 0;
  }

  /** Adds a value. All values of an owner must be added in sequence. */
  void add(int owner, int selector, long hash) {
    if (size == owners.length) {
      owners = Arrays.copyOf(owners, size * 2);
      selectors = Arrays.copyOf(selectors, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    if (owner >= first.length) {
      first = Arrays.copyOf(first, Math.max(owner + 1, first.length * 2));
    }
    owners[size] = owner;
    selectors[size] = selector;
    hashes[size] = hash;
    size++;
    if (first[owner] == 0) {
      first[owner] = size;
    }
  }

  /** Returns the first value of the owner, or -1. {@link #next} returns the others. */
  int first(int owner) {
    return owner < first.length ? first[owner] - 1 : NONE;
  }

  int next(int value) {
    int next = value + 1;
    return next < size && owners[next] == owners[value] ? next : NONE;
  }

  int selector(int value) {
    return selectors[value];
  }

  long hash(int value) {
    return hashes[value];
  }

  /** Returns a copy of the values of the owner. */
  KnownValues of(int owner) {
    int from = first(owner);
    if (from < 0) {
      return KnownValues.NONE;
    }
    int to = from;
    while (to < size && owners[to] == owner) {
      to++;
    }
    return new KnownValues(
        Arrays.copyOfRange(selectors, from, to), Arrays.copyOfRange(hashes, from, to));
  }
}
