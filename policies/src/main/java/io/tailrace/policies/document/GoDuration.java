package io.tailrace.policies.document;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses durations in the format of Go's {@code time.ParseDuration}: {@code 1m30s}, {@code 1.5h}.
 */
public final class GoDuration {
  /** The number of digits is limited to bound the cost of arithmetic. */
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})(ns|us|µs|μs|ms|s|m|h)");

  private GoDuration() {}

  /**
   * Parses a duration. Empty if the text is not a duration, or exceeds 64 bits of nanoseconds
   * (about 292 years).
   */
  public static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    Matcher part = PART.matcher(rest);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (end < rest.length()) {
      if (!part.find(end) || part.start() != end) {
        return Optional.empty();
      }
      BigDecimal unit = BigDecimal.valueOf(nanos(part.group(2)));
      BigDecimal exact = new BigDecimal(part.group(1)).multiply(unit);
      nanos = nanos.add(exact.setScale(0, RoundingMode.DOWN));
      end = part.end();
    }
    BigDecimal signed = negative ? nanos.negate() : nanos;
    boolean fits =
        signed.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
            && signed.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0;
    return end > 0 && fits ? Optional.of(Duration.ofNanos(signed.longValue())) : Optional.empty();
  }

  private static long nanos(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> throw new IllegalArgumentException(unit);
    };
  }
}
