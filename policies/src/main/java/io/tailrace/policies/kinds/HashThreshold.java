package io.tailrace.policies.kinds;

import java.math.BigInteger;

/** Computes the largest 64-bit hash that a given ratio of traces samples. */
final class HashThreshold {
  private static final BigInteger GREATEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final int FRACTION_BITS = 52;

  private HashThreshold() {}

  /**
   * Returns {@code (2^64-1) * ratio}, rounded to 64 significant bits, then truncated to an integer.
   * The result equals the Collector's to the last bit.
   *
   * @param ratio in 0..1
   * @return an unsigned number
   */
  static long of(double ratio) {
    if (ratio == 0) {
      return 0;
    }
    int exponent = Math.getExponent(ratio) - FRACTION_BITS;
    BigInteger significand = BigInteger.valueOf((long) Math.scalb(ratio, -exponent));
    BigInteger product = GREATEST.multiply(significand);
    int excess = product.bitLength() - Long.SIZE;
    BigInteger rounded = roundToNearest(product, excess);
    return shift(rounded, exponent + excess).longValue();
  }

  /**
   * A tie is impossible: an odd multiple of 2^64-1 longer than 64 bits has at least two extra bits.
   */
  private static BigInteger roundToNearest(BigInteger value, int bits) {
    BigInteger half = bits > 0 ? BigInteger.ONE.shiftLeft(bits - 1) : BigInteger.ZERO;
    return shift(value.add(half), -bits);
  }

  private static BigInteger shift(BigInteger value, int bits) {
    return bits < 0 ? value.shiftRight(-bits) : value.shiftLeft(bits);
  }
}
