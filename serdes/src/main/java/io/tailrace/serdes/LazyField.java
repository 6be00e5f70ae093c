package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@code string} or {@code bytes} field that is decoded on first access. Empty if absent.
 * Reusable.
 */
final class LazyField {
  private static final byte[] NONE = {};

  private int start;
  private int length;
  private @Nullable String text;
  private byte @Nullable [] bytes;

  void clear() {
    take(0, 0);
  }

  /** Records the position of the next field and skips it. The last of repeated fields wins. */
  void pass(WireReader in) throws IOException {
    int size = in.length();
    take(in.at(), size);
    in.pass(size);
  }

  /** Returns the field as text. Replaces invalid UTF-8 with U+FFFD. */
  String text(byte[] record) {
    if (text == null) {
      text = length == 0 ? "" : new String(record, start, length, StandardCharsets.UTF_8);
    }
    return text;
  }

  /** Returns the bytes of the field. Callers must not modify them. */
  byte[] bytes(byte[] record) {
    if (bytes == null) {
      bytes = length == 0 ? NONE : Arrays.copyOfRange(record, start, start + length);
    }
    return bytes;
  }

  long apply(byte[] record, BytesToLong function) {
    return function.of(record, start, length);
  }

  private void take(int at, int size) {
    start = at;
    length = size;
    text = null;
    bytes = null;
  }
}
