package io.tailrace.serdes;

import com.google.protobuf.CodedOutputStream;
import java.util.Arrays;

/**
 * Writes protobuf from the end to the start. The length of a nested message is then known when its
 * prefix is written, so no separate size computation is needed. The buffer is reused.
 */
final class BackwardWriter {
  private byte[] buffer = new byte[4096];
  private int position = buffer.length;

  void clear() {
    position = buffer.length;
  }

  /** Returns the number of bytes written since {@link #clear}. */
  int size() {
    return buffer.length - position;
  }

  void prepend(byte[] source, int from, int to) {
    int length = to - from;
    reserve(length);
    position -= length;
    System.arraycopy(source, from, buffer, position, length);
  }

  /** Writes the tag and length of a field whose body was written since {@code sizeBefore}. */
  void prependHeader(int tag, int sizeBefore) {
    int length = size() - sizeBefore;
    prependVarint(length);
    prependVarint(tag);
  }

  byte[] toByteArray() {
    return Arrays.copyOfRange(buffer, position, buffer.length);
  }

  private void prependVarint(int value) {
    int length = CodedOutputStream.computeUInt32SizeNoTag(value);
    reserve(length);
    position -= length;
    int rest = value;
    for (int i = 0; i < length - 1; i++) {
      buffer[position + i] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[position + length - 1] = (byte) rest;
  }

  private void reserve(int length) {
    if (position >= length) {
      return;
    }
    int used = size();
    byte[] larger = new byte[Math.max(buffer.length * 2, used + length)];
    System.arraycopy(buffer, position, larger, larger.length - used, used);
    position = larger.length - used;
    buffer = larger;
  }
}
