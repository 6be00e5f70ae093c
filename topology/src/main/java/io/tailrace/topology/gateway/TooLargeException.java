package io.tailrace.topology.gateway;

/** A request that is larger than it may be, as it came or unpacked. */
final class TooLargeException extends Exception {
  private static final long serialVersionUID = 1;

  TooLargeException(long maxBytes) {
    super(message(maxBytes));
  }

  static String message(long maxBytes) {
    return "request: too large (expected: at most %d bytes, unpacked)".formatted(maxBytes);
  }
}
