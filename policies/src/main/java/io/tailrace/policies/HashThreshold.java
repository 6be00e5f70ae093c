package io.tailrace.policies;

import java.math.BigInteger;

/** The greatest hash of 64 bits that a share of all hashes does not exceed. */
final class HashThreshold {
  private static final BigInteger GREATEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final int FRACTION_BITS = 52;

  private HashThreshold() {}

  /**
   * {@code (2^64-1) * ratio}, rounded to 64 significant bits, half to even, then cut to a whole
   * number: what the Collector's arithmetic gives, to the last bit.
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
    BigInteger rounded = roundHalfEven(product, excess);
    return shift(rounded, exponent + excess).longValue();
  }

  /** The quotient by {@code 2^bits}. */
  private static BigInteger roundHalfEven(BigInteger value, int bits) {
    if (bits <= 0) {
      return value.shiftLeft(-bits);
    }
    BigInteger quotient = value.shiftRight(bits);
    BigInteger rest = value.subtract(quotient.shiftLeft(bits));
    int half = rest.compareTo(BigInteger.ONE.shiftLeft(bits - 1));
    return half > 0 || (half == 0 && quotient.testBit(0)) ? quotient.add(BigInteger.ONE) : quotient;
  }

  private static BigInteger shift(BigInteger value, int bits) {
    return bits < 0 ? value.shiftRight(-bits) : value.shiftLeft(bits);
  }
}
