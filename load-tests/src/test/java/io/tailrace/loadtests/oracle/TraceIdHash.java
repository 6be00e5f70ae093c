package io.tailrace.loadtests.oracle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * FNV-1a, 64 bits, over the default salt and a trace id, as the Collector's probabilistic policy.
 */
final class TraceIdHash {
  private static final BigDecimal MAX =
      new BigDecimal(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
  private static final byte[] SALT = "default-hash-seed".getBytes(StandardCharsets.US_ASCII);

  private TraceIdHash() {}

  static long of(ByteBuffer traceId) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : SALT) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    while (traceId.hasRemaining()) {
      hash = (hash ^ (traceId.get() & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The greatest hash, unsigned, that is kept: rounded to 64 bits, half to even, then cut. */
  static long threshold(double percentage) {
    BigDecimal exact = MAX.multiply(new BigDecimal(percentage / 100));
    int shift = Math.max(0, 64 - exact.toBigInteger().bitLength());
    BigInteger scaled =
        exact
            .multiply(new BigDecimal(BigInteger.TWO.pow(shift)))
            .setScale(0, RoundingMode.HALF_EVEN)
            .toBigInteger();
    return scaled.shiftRight(shift).longValue();
  }
}
