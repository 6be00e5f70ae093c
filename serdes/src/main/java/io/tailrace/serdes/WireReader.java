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
 * A walk over protobuf bytes that knows where it is. Accepts what {@code CodedInputStream} accepts,
 * and does less for it; an overlong value ends at its tenth byte. Positions count from the start of
 * the record. Reused. Not thread-safe.
 */
final class WireReader {
  private static final int MAX_GROUP_DEPTH = 100; // as the generated classes have it
  private static final int MORE_BITS = 7;
  private static final int LOW_BITS = Byte.MAX_VALUE;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] record;
  private int at;
  private int limit;

  /** Turns to the bytes from {@code start} to before {@code end}, which lie within the record. */
  WireReader of(byte[] bytes, int start, int end) {
    record = bytes;
    at = start;
    limit = end;
    return this;
  }

  /** Where the next byte is read. */
  int at() {
    return at;
  }

  /** Where what is being read ends. */
  int limit() {
    return limit;
  }

  /** The next field's tag; 0 at the end of what is being read. */
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

  /** Narrows to a length-delimited field; returns the limit to {@link #leave} to. */
  int enter() throws IOException {
    int length = length();
    int outer = limit;
    limit = at + length;
    return outer;
  }

  /** Widens again; what is left of the field that was entered is passed over. */
  void leave(int outerLimit) {
    at = limit;
    limit = outerLimit;
  }

  /** Gives up what is being read, however deep, and goes on at a place farther out. */
  void resume(int position, int outerLimit) {
    at = position;
    limit = outerLimit;
  }

  /** Length of the length-delimited field that comes next, which lies within the limit. */
  int length() throws IOException {
    int length = varint32();
    check(length);
    return length;
  }

  /** A varint, of which the low 32 bits count. Those of two bytes are the lengths of most spans. */
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
   * A varint. Its tenth byte is the last even if it says that more follow: the generated classes
   * take most such values, where they look at values at all.
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

  /** A length-delimited field as text; what is not UTF-8 in it becomes U+FFFD. */
  String text() throws IOException {
    int length = length();
    int from = at;
    at += length;
    return new String(record, from, length, StandardCharsets.UTF_8);
  }

  /** A length-delimited field as bytes. */
  byte[] bytes() throws IOException {
    int length = length();
    int from = at;
    at += length;
    return Arrays.copyOfRange(record, from, at);
  }

  /** Passes over so many bytes. */
  void pass(int length) throws IOException {
    check(length);
    at += length;
  }

  /** Skips the field of {@code tag}; an end-group tag without its start is an error. */
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
    return new InvalidProtocolBufferException("it ends in the midst of a field");
  }
}
