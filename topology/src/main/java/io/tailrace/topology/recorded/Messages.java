package io.tailrace.topology.recorded;

import java.io.EOFException;
import java.io.IOException;

/**
 * Reads length-prefixed messages. After an invalid length, the start of the next message is
 * unknown.
 */
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

  /** Reads one message. Returns whether another can follow. */
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
              + "); the rest is ignored");
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

  /** Reads a varint length, as written by {@code writeDelimitedTo}. */
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

  /** Reads a big-endian length, as written by the Collector's file exporter. */
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

  /** Reads a length. Negative if it is out of range. */
  interface Prefix {
    long read(PeekableInput in) throws IOException;
  }
}
