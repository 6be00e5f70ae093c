package io.tailrace.serdes;

/**
 * Detects a {@code KeyValue} in the usual form: a key below 128 bytes, then a value, and no other
 * field. Detection reads about six bytes. A full parse costs ten times as much.
 */
final class PlainKeyValue {
  /** Bytes of the tag and length of the key. */
  static final int BEFORE_KEY = 2;

  /** Bytes between the key and the length of the value. */
  static final int VALUE_TAG = 1;

  private static final int VARINT_BITS = 7;

  private PlainKeyValue() {}

  /**
   * Returns the length of the key, which starts {@link #BEFORE_KEY} bytes after {@code start}.
   * Returns -1 for every other form, well-formed or not. The bytes must be within the record.
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
