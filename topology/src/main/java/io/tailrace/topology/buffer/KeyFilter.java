package io.tailrace.topology.buffer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Set of hashes that can also seem to contain others, some 2 % of them. A blocked Bloom filter
 * (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007) with blocks of
 * one word: a lookup reads one word of each part. It grows by parts. Without memory, it seems to
 * contain everything. Not thread-safe.
 */
final class KeyFilter implements AutoCloseable {
  private static final int MIN_HASHES = 1 << 14;
  private static final int MAX_HASHES = 1 << 26; // of a part, 100 MB
  private static final int HASHES_PER_WORD = 5; // 13 bits for each
  private static final int BITS_PER_HASH = 5;
  private static final int POSITION_BITS = 6; // in a word

  private final AtomicLong freeBytes;
  private final List<long[]> parts = new ArrayList<>();
  private long size;
  private long partHashes; // of the next part
  private int room; // in the last part
  private boolean isFull;

  /**
   * @param freeBytes memory that filters share
   * @param expected number of hashes
   */
  KeyFilter(AtomicLong freeBytes, long expected) {
    this.freeBytes = freeBytes;
    partHashes = expected;
  }

  /**
   * @param hash with mixed high bits
   */
  void add(long hash) {
    size++;
    if (room == 0) {
      grow();
    }
    if (!isFull) {
      room--;
      long[] words = parts.get(parts.size() - 1);
      words[index(hash, words.length)] |= mask(hash);
    }
  }

  boolean mayContain(long hash) {
    long mask = mask(hash);
    for (int i = 0; i < parts.size(); i++) {
      long[] words = parts.get(i);
      if ((words[index(hash, words.length)] & mask) == mask) {
        return true;
      }
    }
    return isFull;
  }

  /** Returns the number of added hashes, with repeated ones. */
  long size() {
    return size;
  }

  /** Releases the memory. */
  @Override
  public void close() {
    parts.forEach(words -> freeBytes.addAndGet((long) words.length * Long.BYTES));
    parts.clear();
    isFull = true;
  }

  private void grow() {
    int hashes = (int) Math.max(MIN_HASHES, Math.min(MAX_HASHES, partHashes));
    int words = hashes / HASHES_PER_WORD;
    long bytes = (long) words * Long.BYTES;
    if (isFull || freeBytes.addAndGet(-bytes) < 0) {
      if (!isFull) {
        freeBytes.addAndGet(bytes);
        close();
      }
      return;
    }
    parts.add(new long[words]);
    room = hashes;
    partHashes = 2L * hashes;
  }

  private static int index(long hash, int words) {
    return (int) (((hash >>> Integer.SIZE) * words) >>> Integer.SIZE);
  }

  private static long mask(long hash) {
    long positions = (hash ^ (hash >>> Integer.SIZE)) * 0x9e3779b97f4a7c15L;
    long mask = 0;
    for (int i = 0; i < BITS_PER_HASH; i++) {
      mask |= 1L << (positions >>> (Long.SIZE - POSITION_BITS));
      positions <<= POSITION_BITS;
    }
    return mask;
  }
}
