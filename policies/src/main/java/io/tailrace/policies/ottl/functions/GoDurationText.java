package io.tailrace.policies.ottl.functions;

import java.math.BigDecimal;
import java.time.Duration;

/** Formats durations as Go does. */
final class GoDurationText {
  private GoDurationText() {}

  /** Formats a duration, such as {@code 1h2m3.5s}. */
  static String of(Duration value) {
    long nanos = value.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    BigDecimal rest = BigDecimal.valueOf(nanos).abs();
    if (rest.compareTo(BigDecimal.valueOf(1_000)) < 0) {
      return sign + rest + "ns";
    }
    if (rest.compareTo(BigDecimal.valueOf(1_000_000)) < 0) {
      return sign + plain(rest.movePointLeft(3)) + "µs";
    }
    if (rest.compareTo(BigDecimal.valueOf(1_000_000_000)) < 0) {
      return sign + plain(rest.movePointLeft(6)) + "ms";
    }
    BigDecimal seconds = rest.movePointLeft(9);
    long hours = value.abs().toHours();
    int minutes = value.abs().toMinutesPart();
    String before = hours > 0 ? hours + "h" + minutes + "m" : minutes > 0 ? minutes + "m" : "";
    return sign + before + plain(seconds.remainder(BigDecimal.valueOf(60))) + "s";
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
