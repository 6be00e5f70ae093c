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

  private final byte[][] resources = new byte[PLACES][];
  private final long[][] raised = new long[PLACES][];

  /** What the resource with these bytes raised, not to be altered; null if it is not known. */
  long[] find(byte[] buffer, int offset, int length) {
    if (length > LARGEST) {
      return null;
    }
    int place = place(buffer, offset, length);
    byte[] known = resources[place];
    boolean isKnown =
        known != null && Arrays.equals(known, 0, known.length, buffer, offset, offset + length);
    return isKnown ? raised[place] : null;
  }

  /** Remembers what it raised. */
  void put(byte[] buffer, int offset, int length, long[] bits) {
    if (length <= LARGEST) {
      int place = place(buffer, offset, length);
      resources[place] = Arrays.copyOfRange(buffer, offset, offset + length);
      raised[place] = bits.clone();
    }
  }

  private static int place(byte[] buffer, int offset, int length) {
    return (int) HASH.hashBytesToLong(buffer, offset, length) & (PLACES - 1);
  }
}
