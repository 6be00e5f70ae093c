package io.tailrace.policies.kinds;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * 64-bit FNV-1a hash of a salt and the 16 bytes of a trace ID, as in the Collector's {@code
 * probabilistic} policy. Algorithm and constants: Fowler, Noll and Vo, RFC 9923.
 */
final class TraceIdHash {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  /** Hash state after the salt. */
  private final long salted;

  TraceIdHash(String salt) {
    long hash = OFFSET_BASIS;
    for (byte b : salt.getBytes(UTF_8)) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    this.salted = hash;
  }

  long of(long traceIdHigh, long traceIdLow) {
    return add(add(salted, traceIdHigh), traceIdLow);
  }

  private static long add(long hash, long bigEndian) {
    long added = hash;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      added = (added ^ (bigEndian >>> shift & 0xff)) * PRIME;
    }
    return added;
  }
}
