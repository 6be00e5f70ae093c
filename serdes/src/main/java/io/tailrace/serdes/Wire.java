package io.tailrace.serdes;

import java.io.IOException;

/** Shared functions for reading the protobuf wire format. */
final class Wire {
  private Wire() {}

  static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  static MalformedOtlpException malformed(byte[] record, IOException cause) {
    return new MalformedOtlpException(
        "not an OTLP TracesData message of " + record.length + " bytes: " + cause.getMessage(),
        cause);
  }
}
