package io.tailrace.policies.adaptive;

import java.util.Arrays;

/** Numbers 64-bit keys in the order of their insertion, without an object per key. */
final class KeyIndex {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 16;

  private long[] keys = new long[FIRST_CAPACITY];
  private int[] table = emptyTable(2 * FIRST_CAPACITY);
  private int size;

  int size() {
    return size;
  }

  long key(int number) {
    return keys[number];
  }

  /** Returns the number of a key, or -1. */
  int find(long key) {
    return table[place(key)];
  }

  /** Adds a key that is not known yet. Returns its number. */
  int add(long key) {
    if (size == keys.length) {
      grow();
    }
    keys[size] = key;
    table[place(key)] = size;
    return size++;
  }

  private void grow() {
    keys = Arrays.copyOf(keys, 2 * size);
    table = emptyTable(2 * keys.length);
    for (int number = 0; number < size; number++) {
      table[place(keys[number])] = number;
    }
  }

  /** Returns the place of the key, or the empty one for it. */
  private int place(long key) {
    int mask = table.length - 1;
    int place = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (table[place] != NONE && keys[table[place]] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private static int[] emptyTable(int length) {
    int[] table = new int[length];
    Arrays.fill(table, NONE);
    return table;
  }
}
