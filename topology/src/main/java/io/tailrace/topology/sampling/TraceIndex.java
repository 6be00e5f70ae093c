package io.tailrace.topology.sampling;

import io.tailrace.serdes.TraceId;
import org.jspecify.annotations.Nullable;

/**
 * Open traces of a task by trace id: open addressing with linear probing and no entry objects.
 * Probes compare hashes only, as each access to a trace is a cache miss when there are many. Not
 * thread-safe.
 */
final class TraceIndex {
  private static final int MIN_CAPACITY = 1024;
  private static final int FREE = 0;

  private int[] hashes = new int[MIN_CAPACITY];
  private @Nullable OpenTrace[] slots = new @Nullable OpenTrace[MIN_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  @Nullable OpenTrace get(long high, long low) {
    int mask = hashes.length - 1;
    int hash = hash(high, low);
    for (int slot = hash & mask; hashes[slot] != FREE; slot = slot + 1 & mask) {
      if (hashes[slot] == hash) {
        OpenTrace trace = slots[slot];
        if (trace.low == low && trace.high == high) {
          return trace;
        }
      }
    }
    return null;
  }

  /** Adds a trace that is not in the index yet. */
  void add(OpenTrace trace) {
    if (size >= slots.length / 2) {
      resize(slots.length * 2);
    }
    place(hash(trace.high, trace.low), trace);
    size++;
  }

  /** Removes a trace in the index and closes the gap, so that probing still finds the others. */
  void remove(OpenTrace trace) {
    int mask = hashes.length - 1;
    int gap = hash(trace.high, trace.low) & mask;
    while (slots[gap] != trace) {
      gap = gap + 1 & mask;
    }
    size--;
    int slot = gap;
    while (true) {
      slot = slot + 1 & mask;
      if (hashes[slot] == FREE) {
        break;
      }
      int distance = slot - hashes[slot] & mask; // from its home
      if (distance >= (slot - gap & mask)) {
        hashes[gap] = hashes[slot];
        slots[gap] = slots[slot];
        gap = slot;
      }
    }
    hashes[gap] = FREE;
    slots[gap] = null;
    if (slots.length > MIN_CAPACITY && size < slots.length / 8) {
      resize(slots.length / 2);
    }
  }

  private void resize(int capacity) {
    int[] oldHashes = hashes;
    @Nullable OpenTrace[] oldSlots = slots;
    hashes = new int[capacity];
    slots = new @Nullable OpenTrace[capacity];
    for (int slot = 0; slot < oldSlots.length; slot++) {
      if (oldHashes[slot] != FREE) {
        place(oldHashes[slot], oldSlots[slot]);
      }
    }
  }

  private void place(int hash, OpenTrace trace) {
    int mask = hashes.length - 1;
    int slot = hash & mask;
    while (hashes[slot] != FREE) {
      slot = slot + 1 & mask;
    }
    hashes[slot] = hash;
    slots[slot] = trace;
  }

  /** Never returns {@link #FREE}. */
  private static int hash(long high, long low) {
    return (int) (TraceId.mixed(high, low) >>> 33) | Integer.MIN_VALUE;
  }
}
