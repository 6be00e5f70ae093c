package io.tailrace.policies;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Serialises the state of a judge by state key. Format of version 2: the version byte, the number
 * of keys (4 bytes), then for each key its length (4 bytes), the key in UTF-8, the length of its
 * state (4 bytes) and the state. Version 1 has no number of keys, and 16 bytes of state without a
 * length. All numbers are big-endian.
 */
final class SavedState {
  static final byte VERSION = 2;
  private static final byte BUCKETS_ONLY = 1;
  private static final int BUCKET_BYTES = Double.BYTES + Long.BYTES;

  private SavedState() {}

  static byte[] write(Map<String, byte[]> state) {
    int size = 1 + Integer.BYTES;
    for (Map.Entry<String, byte[]> each : state.entrySet()) {
      size += 2 * Integer.BYTES + each.getKey().getBytes(UTF_8).length + each.getValue().length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).put(VERSION).putInt(state.size());
    state.forEach(
        (key, value) -> {
          byte[] name = key.getBytes(UTF_8);
          bytes.putInt(name.length).put(name).putInt(value.length).put(value);
        });
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not a result of {@link #write} or of version
   *     1
   */
  static Map<String, byte[]> read(byte[] state) {
    if (state.length == 0 || (state[0] != VERSION && state[0] != BUCKETS_ONLY)) {
      String version = state.length == 0 ? "no bytes" : "version " + state[0];
      throw new IllegalArgumentException(
          "judge state: " + version + " (expected: version 1 or " + VERSION + ")");
    }
    ByteBuffer bytes = ByteBuffer.wrap(state, 1, state.length - 1);
    Map<String, byte[]> read = new LinkedHashMap<>();
    boolean bucketsOnly = state[0] == BUCKETS_ONLY;
    try {
      int count = bucketsOnly ? 0 : bytes.getInt();
      while (bucketsOnly ? bytes.hasRemaining() : read.size() < count) {
        String key = new String(bytes(bytes, bytes.getInt()), UTF_8);
        read.put(key, bytes(bytes, bucketsOnly ? BUCKET_BYTES : bytes.getInt()));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "judge state: " + state.length + " bytes (expected: more, the state is truncated)", e);
    }
    return read;
  }

  private static byte[] bytes(ByteBuffer from, int length) {
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }
}
