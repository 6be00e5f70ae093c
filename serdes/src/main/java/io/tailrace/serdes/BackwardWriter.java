package io.tailrace.serdes;

import com.google.protobuf.CodedOutputStream;
import java.util.Arrays;

/**
 * Writes protobuf from its end to its start, so that a nested message's length is known when its
 * prefix is due: one pass, no size computation. The buffer is reused.
 */
final class BackwardWriter {
  private byte[] buffer = new byte[4096];
  private int position = buffer.length;

  void clear() {
    position = buffer.length;
  }

  /** Bytes written since {@link #clear}. */
  int size() {
    return buffer.length - position;
  }

  void prepend(byte[] source, int from, int to) {
    int length = to - from;
    reserve(length);
    position -= length;
    System.arraycopy(source, from, buffer, position, length);
  }

  /** Makes all that was written since {@code sizeBefore} the body of a length-delimited field. */
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
