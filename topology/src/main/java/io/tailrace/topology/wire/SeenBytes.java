package io.tailrace.topology.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cache of results by the content of byte sequences. Has a fixed number of entries: a new one
 * replaces another. A look-up creates no objects. Not thread-safe.
 */
final class SeenBytes<T> {
  private static final int PER_BUCKET = 4;
  private static final int MAX_BYTES = 128; // of a sequence that is remembered
  private static final int PRIME = 31;

  private record Seen<T>(byte[] bytes, T found) {}

  private final @Nullable Seen<T>[] all;
  private int next;

  /**
   * @param buckets a power of 2; each has room for 4 sequences
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays have no type parameters
  SeenBytes(int buckets) {
    all = new Seen[buckets * PER_BUCKET];
  }

  /** Returns what was put for these bytes, if it is still known. */
  @Nullable T get(byte[] record, int from, int to) {
    if (to - from > MAX_BYTES) {
      return null;
    }
    int bucket = bucket(record, from, to);
    for (int i = bucket; i < bucket + PER_BUCKET; i++) {
      Seen<T> seen = all[i];
      if (seen != null && Arrays.equals(seen.bytes, 0, seen.bytes.length, record, from, to)) {
        return seen.found;
      }
    }
    return null;
  }

  void put(byte[] record, int from, int to, T found) {
    if (to - from <= MAX_BYTES) {
      all[bucket(record, from, to) + next] =
          new Seen<>(Arrays.copyOfRange(record, from, to), found);
      next = (next + 1) % PER_BUCKET;
    }
  }

  private int bucket(byte[] record, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = PRIME * hash + record[i];
    }
    int buckets = all.length / PER_BUCKET;
    return ((hash ^ (hash >>> 16)) & (buckets - 1)) * PER_BUCKET;
  }
}
