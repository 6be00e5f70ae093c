package io.tailrace.serdes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf from the start to the end, for sources that can only be read forwards. Reserves
 * one byte for the length of a nested message and moves the message if the length needs more. The
 * buffer is reused.
 */
final class ForwardWriter {
  private byte[] buffer = new byte[8192];
  private int size;

  void clear() {
    size = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** Starts the body of a length-delimited field. {@link #close} ends it. */
  int open() {
    reserve(1);
    return size++;
  }

  void close(int opened) {
    int from = opened + 1;
    int length = size - from;
    int more = varintSize(length) - 1;
    if (more > 0) {
      reserve(more);
      System.arraycopy(buffer, from, buffer, from + more, length);
    }
    size = opened;
    writeVarint(length);
    size += length;
  }

  void writeVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  void writeFixed32(int value) {
    reserve(Integer.BYTES);
    for (int i = 0; i < Integer.SIZE; i += Byte.SIZE) {
      buffer[size++] = (byte) (value >>> i);
    }
  }

  void writeFixed64(long value) {
    reserve(Long.BYTES);
    for (int i = 0; i < Long.SIZE; i += Byte.SIZE) {
      buffer[size++] = (byte) (value >>> i);
    }
  }

  /** Writes length and bytes. */
  void writeBytes(byte[] source) {
    writeVarint(source.length);
    reserve(source.length);
    System.arraycopy(source, 0, buffer, size, source.length);
    size += source.length;
  }

  /** Writes bytes as they are. */
  void writeRaw(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, buffer, size, to - from);
    size += to - from;
  }

  /** Writes length and text in UTF-8. */
  void writeText(String text) {
    writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes length and text in UTF-8. Optimised for ASCII. */
  void writeText(char[] chars, int offset, int length) {
    int start = size;
    writeVarint(length);
    reserve(length);
    for (int i = offset; i < offset + length; i++) {
      if (chars[i] >= 0x80) {
        size = start;
        writeBytes(new String(chars, offset, length).getBytes(StandardCharsets.UTF_8));
        return;
      }
      buffer[size++] = (byte) chars[i];
    }
  }

  /** Writes a field with a {@code KeyValue} of a text. */
  void writeTextAttribute(int tag, String key, String value) {
    writeVarint(tag);
    int attribute = open();
    writeVarint(OtlpFields.KEY_VALUE_KEY);
    writeText(key);
    writeVarint(OtlpFields.KEY_VALUE_VALUE);
    int any = open();
    writeVarint(OtlpFields.ANY_STRING);
    writeText(value);
    close(any);
    close(attribute);
  }

  private static int varintSize(int value) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
  }

  private void reserve(int length) {
    if (buffer.length - size < length) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, length), doubled()));
    }
  }

  private int doubled() {
    return (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8);
  }
}
