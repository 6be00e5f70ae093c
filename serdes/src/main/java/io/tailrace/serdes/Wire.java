package io.tailrace.serdes;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;

/** What the walks over the protobuf wire format share. */
final class Wire {
  private Wire() {}

  /** Reads a part of a record; positions count from the start of the record. */
  static CodedInputStream open(byte[] record, int start, int end) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(record, 0, end);
    in.skipRawBytes(start);
    return in;
  }

  /** Enters a length-delimited field; to be left with {@link #leave}. */
  static int enter(CodedInputStream in) throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  static void leave(CodedInputStream in, int outerLimit) throws IOException {
    in.checkLastTagWas(0);
    in.popLimit(outerLimit);
  }

  /** Skips the field of {@code tag}; an end-group tag without its start is an error here. */
  static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("end-group tag without a group");
    }
  }

  static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  static MalformedOtlpException malformed(byte[] record, IOException cause) {
    return new MalformedOtlpException(
        "not an OTLP TracesData message of " + record.length + " bytes: " + cause.getMessage(),
        cause);
  }
}
