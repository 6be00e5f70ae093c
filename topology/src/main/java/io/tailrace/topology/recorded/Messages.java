package io.tailrace.topology.recorded;

import java.io.EOFException;
import java.io.IOException;

/** Messages with their length before them. Nothing tells where the next begins if one is wrong. */
final class Messages {
  private final PeekableInput in;
  private final Prefix prefix;
  private final String name;
  private final RecordReader records;
  private final int maxBytes;

  Messages(PeekableInput in, Prefix prefix, String name, RecordReader records, int maxBytes) {
    this.in = in;
    this.prefix = prefix;
    this.name = name;
    this.records = records;
    this.maxBytes = maxBytes;
  }

  void readAll() throws IOException {
    for (long number = 1; ; number++) {
      String where = name + ": message " + number;
      if (in.available() == 0) {
        records.end(in, where);
        return;
      }
      if (!readOne(where)) {
        return;
      }
    }
  }

  /** Whether another one may follow. */
  private boolean readOne(String where) throws IOException {
    long length;
    try {
      length = prefix.read(in);
    } catch (EOFException e) {
      return cut(where, "ends within its length (expected: more bytes)");
    }
    if (length < 0 || length > maxBytes) {
      records.fault(
          where,
          "length: "
              + Long.toUnsignedString(length)
              + " (expected: at most "
              + maxBytes
              + "); the rest is not read");
      return false;
    }
    byte[] message = in.readNBytes((int) length);
    if (message.length < length) {
      return cut(where, "ends after " + message.length + " bytes (expected: " + length + ")");
    }
    records.message(where, message);
    return true;
  }

  private boolean cut(String where, String message) {
    if (!records.end(in, where)) {
      records.fault(where, message);
    }
    return false;
  }

  /** As {@code writeDelimitedTo} writes it. */
  static long varint(PeekableInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = next(in);
      value |= (b & 0x7FL) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    return -1;
  }

  /** Big-endian, as the Collector's file exporter writes it. */
  static long fourBytes(PeekableInput in) throws IOException {
    long value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << Byte.SIZE | next(in);
    }
    return value;
  }

  private static int next(PeekableInput in) throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }

  /** Reads a length; negative if it is beyond all bounds. */
  interface Prefix {
    long read(PeekableInput in) throws IOException;
  }
}
