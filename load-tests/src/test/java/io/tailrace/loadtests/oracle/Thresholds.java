package io.tailrace.loadtests.oracle;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Sampling thresholds, computed by the text of the OpenTelemetry specification ("TraceState:
 * Probability Sampling") with big numbers, independent of the code under test.
 */
final class Thresholds {
  static final BigInteger ALWAYS = BigInteger.ZERO;
  static final BigInteger NEVER = BigInteger.TWO.pow(56);

  private Thresholds() {}

  static BigInteger ofPercentage(double percentage) {
    BigDecimal share = new BigDecimal(percentage / 100).multiply(new BigDecimal(NEVER));
    return NEVER.subtract(share.setScale(0, RoundingMode.HALF_UP).toBigInteger());
  }

  /** Returns the last 7 bytes of a trace ID as a number. */
  static BigInteger randomness(ByteString traceId) {
    return new BigInteger(1, traceId.substring(9).toByteArray());
  }

  /** Returns the text of a threshold in a trace state. */
  static String text(BigInteger threshold) {
    String digits = threshold.add(NEVER).toString(16).substring(1);
    String stripped = digits.replaceAll("0+$", "");
    return stripped.isEmpty() ? "0" : stripped;
  }
}
