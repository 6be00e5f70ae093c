package io.tailrace.serdes;

import java.nio.charset.StandardCharsets;

/**
 * Thresholds and randomness of consistent probability sampling, as whole numbers of 56 bits. A
 * sampler with threshold {@code T} keeps a trace with randomness {@code R} if {@code R >= T}, so
 * that it keeps a share {@code (2^56 - T) / 2^56} of all traces. Source: OpenTelemetry
 * specification, "TraceState: Probability Sampling".
 */
public final class ConsistentSampling {
  /** Number of randomness values; as a threshold, it keeps nothing. */
  public static final long RANGE = 1L << 56;

  /** Hexadecimal digits of a randomness value, and at most of a threshold. */
  static final int DIGITS = 14;

  private static final String HEX = "0123456789abcdef";
  private static final int BITS_PER_DIGIT = 4;

  private ConsistentSampling() {}

  /** Randomness of a trace without an explicit one: the low 56 bits of its trace id. */
  public static long randomness(long traceIdLow) {
    return traceIdLow & (RANGE - 1);
  }

  /**
   * Number of traces that a kept one stands for, at least 1.
   *
   * @param threshold in 0 to {@link #RANGE} - 1
   */
  public static double adjustedCount(long threshold) {
    return (double) RANGE / (double) (RANGE - threshold);
  }

  /**
   * Text of a threshold in the sub-key {@code th}: its 14 digits without trailing zeros.
   *
   * @param threshold in 0 to {@link #RANGE} - 1
   */
  public static String thresholdText(long threshold) {
    byte[] digits = new byte[DIGITS];
    int length = writeThreshold(threshold, digits, 0);
    return new String(digits, 0, length, StandardCharsets.US_ASCII);
  }

  /** Writes {@link #thresholdText} and returns the position after it. */
  static int writeThreshold(long threshold, byte[] to, int at) {
    int position = at;
    long rest = threshold << Byte.SIZE; // the digits are the upper 56 bits
    do {
      to[position++] = (byte) HEX.charAt((int) (rest >>> (Long.SIZE - BITS_PER_DIGIT)));
      rest <<= BITS_PER_DIGIT;
    } while (rest != 0);
    return position;
  }

  /**
   * Number of 56 bits whose leading hexadecimal digits, in lower case, these are.
   *
   * @return a negative number if they are none, or more than 14
   */
  static long parse(byte[] digits, int from, int to) {
    int length = to - from;
    if (length < 1 || length > DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = HEX.indexOf(digits[i]);
      if (digit < 0) {
        return -1;
      }
      value = value << BITS_PER_DIGIT | digit;
    }
    return value << BITS_PER_DIGIT * (DIGITS - length);
  }
}
