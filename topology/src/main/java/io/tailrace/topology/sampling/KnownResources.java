package io.tailrace.topology.sampling;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;

/**
 * What resources raised that came before: a service sends the same one with every batch. Those that
 * fall on the same place take turns, and large ones are not remembered, so it takes some 300 KiB at
 * the most. Not thread-safe.
 */
final class KnownResources {
  private static final int PLACES = 256; // a power of two
  private static final int LARGEST = 1 << 10; // bytes
  private static final Hasher64 HASH = Hashing.komihash5_0();

  private final KnownResource[] resources = new KnownResource[PLACES];

  /** The resource with these bytes; null if it is not known. */
  KnownResource find(byte[] buffer, int offset, int length) {
    if (length > LARGEST) {
      return null;
    }
    KnownResource known = resources[place(buffer, offset, length)];
    return known != null && known.isOf(buffer, offset, length) ? known : null;
  }

  /**
   * Remembers what it raised.
   *
   * @param keys those of its attributes that the layout wants, as its indexes
   */
  void put(byte[] buffer, int offset, int length, long[] raised, int[] keys) {
    if (length <= LARGEST) {
      resources[place(buffer, offset, length)] =
          new KnownResource(
              Arrays.copyOfRange(buffer, offset, offset + length), raised.clone(), keys);
    }
  }

  private static int place(byte[] buffer, int offset, int length) {
    return (int) HASH.hashBytesToLong(buffer, offset, length) & (PLACES - 1);
  }
}
