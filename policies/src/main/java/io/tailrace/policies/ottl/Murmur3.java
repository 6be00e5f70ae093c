package io.tailrace.policies.ottl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * MurmurHash3 with seed 0 by Austin Appleby (x86 32-bit and x64 128-bit variants). The result is
 * hex with the low byte of each word first.
 */
final class Murmur3 {
  private static final int A32 = 0xcc9e2d51;
  private static final int B32 = 0x1b873593;
  private static final long A64 = 0x87c37b91114253d5L;
  private static final long B64 = 0x4cf5ad432745937fL;

  private Murmur3() {}

  static String hash32(byte[] bytes) {
    ByteBuffer blocks = blocks(bytes, Integer.BYTES);
    int whole = bytes.length / Integer.BYTES;
    int hash = 0;
    for (int i = 0; i < whole; i++) {
      hash = Integer.rotateLeft(hash ^ mix32(blocks.getInt()), 13) * 5 + 0xe6546b64;
    }
    hash ^= mix32(blocks.getInt()); // the remaining bytes, or 0, which mixes to 0
    hash ^= bytes.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return HexFormat.of().toHexDigits(Integer.reverseBytes(hash ^ hash >>> 16));
  }

  static String hash128(byte[] bytes) {
    ByteBuffer blocks = blocks(bytes, 2 * Long.BYTES);
    int whole = bytes.length / (2 * Long.BYTES);
    long h1 = 0;
    long h2 = 0;
    for (int i = 0; i < whole; i++) {
      h1 = (Long.rotateLeft(h1 ^ mixFirst(blocks.getLong()), 27) + h2) * 5 + 0x52dce729;
      h2 = (Long.rotateLeft(h2 ^ mixSecond(blocks.getLong()), 31) + h1) * 5 + 0x38495ab5;
    }
    h1 ^= mixFirst(blocks.getLong()) ^ bytes.length;
    h2 ^= mixSecond(blocks.getLong()) ^ bytes.length;
    h1 += h2;
    h2 += h1;
    h1 = finish(h1);
    h2 = finish(h2);
    h1 += h2;
    h2 += h1;
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(Long.reverseBytes(h1)) + hex.toHexDigits(Long.reverseBytes(h2));
  }

  /** Pads the bytes with zeros to full blocks, at least one. */
  private static ByteBuffer blocks(byte[] bytes, int size) {
    int padded = (bytes.length / size + 1) * size;
    return ByteBuffer.wrap(Arrays.copyOf(bytes, padded)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int mix32(int block) {
    return Integer.rotateLeft(block * A32, 15) * B32;
  }

  private static long mixFirst(long block) {
    return Long.rotateLeft(block * A64, 31) * B64;
  }

  private static long mixSecond(long block) {
    return Long.rotateLeft(block * B64, 33) * A64;
  }

  private static long finish(long hash) {
    long h = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 33;
  }
}
