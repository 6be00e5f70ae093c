package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads protobuf bytes and exposes its position. Accepts the same input as {@code CodedInputStream}
 * with less work per field; an overlong varint ends at its tenth byte. Positions are offsets in the
 * record. Reusable. Not thread-safe.
 */
final class WireReader {
  private static final int MAX_GROUP_DEPTH = 100; // limit of the generated classes
  private static final int MORE_BITS = 7;
  private static final int LOW_BITS = Byte.MAX_VALUE;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] record = {};
  private int at;
  private int limit;

  /** Sets the range: from {@code start} (inclusive) to {@code end} (exclusive) of the record. */
  WireReader of(byte[] bytes, int start, int end) {
    record = bytes;
    at = start;
    limit = end;
    return this;
  }

  /** Returns the offset of the next byte. */
  int at() {
    return at;
  }

  /** Returns the end offset of the current message. */
  int limit() {
    return limit;
  }

  /** Reads the next tag. Returns 0 at the end of the current message. */
  int tag() throws IOException {
    if (at == limit) {
      return 0;
    }
    int tag = varint32();
    if (WireFormat.getTagFieldNumber(tag) == 0) {
      throw new InvalidProtocolBufferException("a tag without a field number");
    }
    return tag;
  }

  /** Enters a length-delimited field and returns the outer limit for {@link #leave}. */
  int enter() throws IOException {
    int length = length();
    int outer = limit;
    limit = at + length;
    return outer;
  }

  /** Leaves the current field and skips the rest of it. */
  void leave(int outerLimit) {
    at = limit;
    limit = outerLimit;
  }

  /** Abandons the current field at any depth and continues at an outer position. */
  void resume(int position, int outerLimit) {
    at = position;
    limit = outerLimit;
  }

  /** Reads the length of the next length-delimited field and checks it against the limit. */
  int length() throws IOException {
    int length = varint32();
    check(length);
    return length;
  }

  /**
   * Reads a varint and returns its low 32 bits. Optimised for two bytes, the length of most spans.
   */
  int varint32() throws IOException {
    if (at == limit) {
      throw truncated();
    }
    byte first = record[at++];
    if (first >= 0) {
      return first;
    }
    if (at < limit && record[at] >= 0) {
      return (first & LOW_BITS) | (record[at++] << MORE_BITS);
    }
    return (int) longVarint(first & LOW_BITS, false);
  }

  /**
   * Reads a varint. The tenth byte is the last, even if its continuation bit is set. The generated
   * classes accept most such values too.
   */
  long varint64() throws IOException {
    if (at == limit) {
      throw truncated();
    }
    byte first = record[at++];
    return first >= 0 ? first : longVarint(first & LOW_BITS, true);
  }

  private long longVarint(long low, boolean endsAtTheTenth) throws IOException {
    long value = low;
    for (int shift = MORE_BITS; shift < Long.SIZE; shift += MORE_BITS) {
      if (at == limit) {
        throw truncated();
      }
      byte next = record[at++];
      value |= (long) (next & LOW_BITS) << shift;
      if (next >= 0) {
        return value;
      }
    }
    if (endsAtTheTenth) {
      return value;
    }
    throw new InvalidProtocolBufferException("a varint of more than ten bytes");
  }

  int fixed32() throws IOException {
    int from = at;
    pass(Integer.BYTES);
    return (int) INTS.get(record, from);
  }

  long fixed64() throws IOException {
    int from = at;
    pass(Long.BYTES);
    return (long) LONGS.get(record, from);
  }

  /** Reads a length-delimited field as text. Replaces invalid UTF-8 with U+FFFD. */
  String text() throws IOException {
    int length = length();
    int from = at;
    at += length;
    return new String(record, from, length, StandardCharsets.UTF_8);
  }

  /** Reads a length-delimited field as bytes. */
  byte[] bytes() throws IOException {
    int length = length();
    int from = at;
    at += length;
    return Arrays.copyOfRange(record, from, at);
  }

  /** Skips {@code length} bytes. */
  void pass(int length) throws IOException {
    check(length);
    at += length;
  }

  /** Skips the field of {@code tag}. An end-group tag without a start is an error. */
  void skip(int tag) throws IOException {
    skip(tag, 0);
  }

  private void skip(int tag, int depth) throws IOException {
    switch (WireFormat.getTagWireType(tag)) {
      case WireFormat.WIRETYPE_VARINT -> varint32();
      case WireFormat.WIRETYPE_FIXED64 -> pass(Long.BYTES);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> pass(varint32());
      case WireFormat.WIRETYPE_START_GROUP -> skipGroup(tag, depth + 1);
      case WireFormat.WIRETYPE_FIXED32 -> pass(Integer.BYTES);
      default ->
          throw new InvalidProtocolBufferException(
              "a field of wire type " + WireFormat.getTagWireType(tag) + " where none can be");
    }
  }

  private void skipGroup(int start, int depth) throws IOException {
    if (depth > MAX_GROUP_DEPTH) {
      throw new InvalidProtocolBufferException("groups nested more than " + MAX_GROUP_DEPTH);
    }
    int end = start - WireFormat.WIRETYPE_START_GROUP + WireFormat.WIRETYPE_END_GROUP;
    for (int tag = tag(); tag != end; tag = tag()) {
      if (tag == 0) {
        throw truncated();
      }
      skip(tag, depth);
    }
  }

  private void check(int length) throws IOException {
    if (length < 0) {
      throw new InvalidProtocolBufferException("a length of " + length + " bytes");
    }
    if (length > limit - at) {
      throw truncated();
    }
  }

  private static InvalidProtocolBufferException truncated() {
    return new InvalidProtocolBufferException("truncated field");
  }
}
