package io.tailrace.policies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Serialises the state of a judge's rate limits. Format of version 1: the version byte, then for
 * each bucket the length of its key (4 bytes), the key in UTF-8, the level (double) and the tick
 * (long). All numbers are big-endian.
 */
final class SavedState {
  static final byte VERSION = 1;

  private SavedState() {}

  static byte[] write(Map<String, TokenBucket.Saved> buckets) {
    int size = 1;
    for (String key : buckets.keySet()) {
      size += Integer.BYTES + key.getBytes(UTF_8).length + Double.BYTES + Long.BYTES;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).put(VERSION);
    buckets.forEach(
        (key, saved) -> {
          byte[] name = key.getBytes(UTF_8);
          bytes.putInt(name.length).put(name).putDouble(saved.units()).putLong(saved.tick());
        });
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not a result of {@link #write}
   */
  static Map<String, TokenBucket.Saved> read(byte[] state) {
    if (state.length == 0 || state[0] != VERSION) {
      String version = state.length == 0 ? "no bytes" : "version " + state[0];
      throw new IllegalArgumentException(
          "judge state: " + version + " (expected: version " + VERSION + ")");
    }
    ByteBuffer bytes = ByteBuffer.wrap(state, 1, state.length - 1);
    Map<String, TokenBucket.Saved> buckets = new LinkedHashMap<>();
    try {
      while (bytes.hasRemaining()) {
        buckets.put(key(bytes), new TokenBucket.Saved(bytes.getDouble(), bytes.getLong()));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "judge state: " + state.length + " bytes (expected: more, the state is truncated)", e);
    }
    return buckets;
  }

  private static String key(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] name = new byte[length];
    bytes.get(name);
    return new String(name, UTF_8);
  }
}
