package io.tailrace.policies;

import java.math.BigInteger;

/** The greatest hash of 64 bits that a share of all hashes does not exceed. */
final class HashThreshold {
  private static final BigInteger GREATEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final int FRACTION_BITS = 52;

  private HashThreshold() {}

  /**
   * {@code (2^64-1) * ratio}, rounded to 64 significant bits, then cut to a whole number: what the
   * Collector's arithmetic gives, to the last bit.
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

  /** No tie can come up: an odd multiple of 2^64-1 beyond 64 bits is at least two bits beyond. */
  private static BigInteger roundToNearest(BigInteger value, int bits) {
    BigInteger half = bits > 0 ? BigInteger.ONE.shiftLeft(bits - 1) : BigInteger.ZERO;
    return shift(value.add(half), -bits);
  }

  private static BigInteger shift(BigInteger value, int bits) {
    return bits < 0 ? value.shiftRight(-bits) : value.shiftLeft(bits);
  }
}
