package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A {@code string} or {@code bytes} field that is decoded when first asked for; empty if it is not
 * written. Reused.
 */
final class LazyField {
  private static final byte[] NONE = {};

  private int start;
  private int length;
  private String text;
  private byte[] bytes;

  void clear() {
    take(0, 0);
  }

  /** Takes note of where the field that comes next lies; of several the last counts. */
  void pass(WireReader in) throws IOException {
    int size = in.length();
    take(in.at(), size);
    in.pass(size);
  }

  /** The field as text; what is not UTF-8 in it becomes U+FFFD. */
  String text(byte[] record) {
    if (text == null) {
      text = length == 0 ? "" : new String(record, start, length, StandardCharsets.UTF_8);
    }
    return text;
  }

  /** The field's bytes, not to be written to. */
  byte[] bytes(byte[] record) {
    if (bytes == null) {
      bytes = length == 0 ? NONE : Arrays.copyOfRange(record, start, start + length);
    }
    return bytes;
  }

  private void take(int at, int size) {
    start = at;
    length = size;
    text = null;
    bytes = null;
  }
}
