package io.tailrace.serdes;

/**
 * A {@code KeyValue} as every encoder writes it: a key below 128 bytes, then a value, and nothing
 * else. Told by a look at some six bytes, where a walk with all its checks costs ten times as much.
 */
final class PlainKeyValue {
  /** Tag and length. */
  static final int BEFORE_KEY = 2;

  /** Between key and the value's length. */
  static final int VALUE_TAG = 1;

  private static final int VARINT_BITS = 7;

  private PlainKeyValue() {}

  /**
   * Length of the key, which begins {@link #BEFORE_KEY} bytes after {@code start}; -1 if the bytes,
   * which lie within the record, are anything but a plain {@code KeyValue}, well-formed or not.
   */
  static int keyLength(byte[] record, int start, int end) {
    if (end - start < BEFORE_KEY || record[start] != OtlpFields.KEY_VALUE_KEY) {
      return -1;
    }
    int key = record[start + 1];
    int at = start + BEFORE_KEY + key;
    if (key < 0 || end - at < 2 || record[at] != OtlpFields.KEY_VALUE_VALUE) {
      return -1;
    }
    int value = record[at + 1];
    int valueAt = at + 2;
    if (value < 0) {
      if (valueAt == end || record[valueAt] < 0) {
        return -1;
      }
      value = (value & Byte.MAX_VALUE) | (record[valueAt] << VARINT_BITS);
      valueAt++;
    }
    return end - valueAt == value ? key : -1;
  }
}
