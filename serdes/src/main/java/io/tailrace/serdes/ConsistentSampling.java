package io.tailrace.serdes;

import java.nio.charset.StandardCharsets;

/**
 * Encodes thresholds and randomness of consistent probability sampling, both integers of 56 bits. A
 * sampler with threshold {@code T} keeps traces with randomness {@code R >= T}: a share of {@code
 * (2^56 - T) / 2^56}. Source: OpenTelemetry specification, "TraceState: Probability Sampling".
 */
public final class ConsistentSampling {
  /** Number of randomness values. As a threshold, it keeps no trace. */
  public static final long RANGE = 1L << 56;

  /** Hexadecimal digits of a randomness value, and maximum of a threshold. */
  static final int DIGITS = 14;

  private static final String HEX = "0123456789abcdef";
  private static final int BITS_PER_DIGIT = 4;

  private ConsistentSampling() {}

  /** Returns the randomness of a trace without an explicit one: the low 56 bits of its ID. */
  public static long randomness(long traceIdLow) {
    return traceIdLow & (RANGE - 1);
  }

  /**
   * Returns the adjusted count: the number of traces that a kept trace represents, at least 1.
   *
   * @param threshold in 0 to {@link #RANGE} - 1
   */
  public static double adjustedCount(long threshold) {
    return (double) RANGE / (double) (RANGE - threshold);
  }

  /**
   * Returns the text of a threshold for {@code th}: its 14 digits without trailing zeros.
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

  /** Writes all digits of a randomness value and returns the position after them. */
  static int writeRandomness(long randomness, byte[] to, int at) {
    for (int i = 0; i < DIGITS; i++) {
      int shift = BITS_PER_DIGIT * (DIGITS - 1 - i);
      to[at + i] = (byte) HEX.charAt((int) (randomness >>> shift & 0xF));
    }
    return at + DIGITS;
  }

  /**
   * Parses the leading hexadecimal digits of an integer of 56 bits.
   *
   * @return a negative number if there are no digits, more than 14, or other characters
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
      value = (value << BITS_PER_DIGIT) | digit;
    }
    return value << (BITS_PER_DIGIT * (DIGITS - length));
  }
}
