package io.tailrace.topology.gateway;

/** Thrown if a request exceeds the size limit, before or after decompression. */
final class TooLargeException extends Exception {
  private static final long serialVersionUID = 1;

  TooLargeException(long maxBytes) {
    super(message(maxBytes));
  }

  static String message(long maxBytes) {
    return "request: too large (expected: at most %d bytes, uncompressed)".formatted(maxBytes);
  }
}
