package io.tailrace.policies.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.HexFormat;

/**
 * 64-bit hashes of values: XXH3 of their UTF-8 bytes, without a seed. The same on every instance
 * and in every version, because judges save state by hash.
 */
public final class ValueHash {
  private static final Hasher64 HASH = Hashing.xxh3_64();
  static final long START = 0;

  private ValueHash() {}

  /** Returns the hash of a text in UTF-8. */
  public static long of(byte[] buffer, int offset, int length) {
    return HASH.hashBytesToLong(buffer, offset, length);
  }

  /** Returns the hash of a text. */
  public static long of(String text) {
    return HASH.hashBytesToLong(text.getBytes(UTF_8));
  }

  /** Returns the text of a hash whose value is unknown: 16 hexadecimal digits. */
  public static String hex(long hash) {
    return HexFormat.of().toHexDigits(hash);
  }

  /** Returns a hash of two hashes in this order. */
  static long joined(long first, long second) {
    return HASH.hashLongLongToLong(first, second);
  }

  /** Returns a hash of hashes in this order. */
  static long joined(long[] hashes, int from, int to) {
    long joined = START;
    for (int i = from; i < to; i++) {
      joined = joined(joined, hashes[i]);
    }
    return joined;
  }

  /** Returns the same as {@link #joined(long[], int, int)} for one hash. */
  static long joined(long only) {
    return joined(START, only);
  }
}
