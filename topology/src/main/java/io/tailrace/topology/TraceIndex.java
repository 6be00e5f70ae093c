package io.tailrace.topology;

import java.util.Arrays;

/**
 * The open traces of a task by trace id: open addressing with linear probing, no entry objects. Not
 * thread-safe.
 */
final class TraceIndex {
  private static final int MIN_CAPACITY = 1024;

  private OpenTrace[] slots = new OpenTrace[MIN_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  OpenTrace get(long high, long low) {
    int mask = slots.length - 1;
    for (int slot = home(high, low); slots[slot] != null; slot = slot + 1 & mask) {
      OpenTrace trace = slots[slot];
      if (trace.low == low && trace.high == high) {
        return trace;
      }
    }
    return null;
  }

  /** Adds a trace that is not in the index yet. */
  void add(OpenTrace trace) {
    if (size >= slots.length / 2) {
      resize(slots.length * 2);
    }
    place(trace);
    size++;
  }

  /**
   * Removes a trace that is in the index, closing the gap so that probing still finds the others.
   */
  void remove(OpenTrace trace) {
    int mask = slots.length - 1;
    int gap = home(trace.high, trace.low);
    while (slots[gap] != trace) {
      gap = gap + 1 & mask;
    }
    size--;
    int slot = gap;
    while (true) {
      slot = slot + 1 & mask;
      OpenTrace other = slots[slot];
      if (other == null) {
        break;
      }
      int distance = slot - home(other.high, other.low) & mask;
      if (distance >= (slot - gap & mask)) {
        slots[gap] = other;
        gap = slot;
      }
    }
    slots[gap] = null;
    if (slots.length > MIN_CAPACITY && size < slots.length / 8) {
      resize(slots.length / 2);
    }
  }

  private void resize(int capacity) {
    OpenTrace[] old = slots;
    slots = new OpenTrace[capacity];
    Arrays.stream(old).filter(trace -> trace != null).forEach(this::place);
  }

  private void place(OpenTrace trace) {
    int mask = slots.length - 1;
    int slot = home(trace.high, trace.low);
    while (slots[slot] != null) {
      slot = slot + 1 & mask;
    }
    slots[slot] = trace;
  }

  /** Trace ids need not be random in all their bits: mix them. */
  private int home(long high, long low) {
    long mixed = (high ^ Long.rotateLeft(low, 32) ^ low) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 33) & slots.length - 1;
  }
}
