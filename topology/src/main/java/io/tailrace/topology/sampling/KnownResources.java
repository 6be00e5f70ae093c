package io.tailrace.topology.sampling;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.tailrace.topology.wire.KnownValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cache of the signals and values of earlier resources, as a service sends the same resource with
 * every batch. Resources with the same slot replace each other, and large ones are not cached,
 * which limits the cache to about 300 KiB. Not thread-safe.
 */
final class KnownResources {
  private static final int PLACES = 256; // a power of two
  private static final int LARGEST = 1 << 10; // bytes
  private static final Hasher64 HASH = Hashing.komihash5_0();

  private final @Nullable KnownResource[] resources = new @Nullable KnownResource[PLACES];

  /** Returns the resource with these bytes, or null if it is not cached. */
  @Nullable KnownResource find(byte[] buffer, int offset, int length) {
    if (length > LARGEST) {
      return null;
    }
    KnownResource known = resources[place(buffer, offset, length)];
    return known != null && known.isOf(buffer, offset, length) ? known : null;
  }

  /**
   * Caches the signals and values of a resource.
   *
   * @param keys its attribute keys that the layout wants, as indexes of the layout
   */
  void put(byte[] buffer, int offset, int length, long[] raised, KnownValues values, int[] keys) {
    if (length <= LARGEST) {
      resources[place(buffer, offset, length)] =
          new KnownResource(
              Arrays.copyOfRange(buffer, offset, offset + length), raised.clone(), values, keys);
    }
  }

  private static int place(byte[] buffer, int offset, int length) {
    return (int) HASH.hashBytesToLong(buffer, offset, length) & (PLACES - 1);
  }
}
