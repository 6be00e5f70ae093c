package io.tailrace.policies.ottl;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Text of values, and values of text, as Go's {@code strconv} has them. */
final class Strings {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,30}");
  private static final Pattern REAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,9})?");
  private static final int MAX_NUMBER_CHARS = 400;

  private Strings() {}

  /** The text of a value; null of nil. */
  static String of(Object value, Frame frame) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof Double real) {
      return real(real);
    }
    if (value instanceof Map || value instanceof List) {
      return Json.write(value, frame);
    }
    if (value instanceof byte[] bytes) {
      frame.charge(2L * bytes.length);
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof ZonedDateTime time) {
      return time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }
    if (value instanceof Duration duration) {
      return duration(duration);
    }
    if (value instanceof Part) {
      throw new EvaluationException("no text of a part of a span");
    }
    return value.toString();
  }

  /** Without exponent and with no more digits than it takes. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  static Long integerOrNull(String text) {
    try {
      return INTEGER.matcher(text).matches() ? Long.valueOf(text) : null;
    } catch (NumberFormatException beyond64Bits) {
      return null;
    }
  }

  static Double realOrNull(String text) {
    boolean number = text.length() <= MAX_NUMBER_CHARS && REAL.matcher(text).matches();
    double value = number ? Double.parseDouble(text) : Double.NaN;
    return Double.isFinite(value) ? (Double) value : null;
  }

  /** Bytes of the text as UTF-8. */
  static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** As Go shows it: {@code 1h2m3.5s}. */
  private static String duration(Duration value) {
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
