package io.tailrace.policies.ottl.values;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts between values and text like Go's {@code strconv}. */
public final class Strings {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,30}");

  /** Go also accepts underscores, but only between digits. */
  private static final Pattern REAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,9})?");

  private static final Pattern HEX_REAL =
      Pattern.compile(
          "[-+]?0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][-+]?[0-9]{1,9}");
  private static final Pattern UNDERSCORE_BETWEEN_DIGITS =
      Pattern.compile("(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])|(?<=0[xX])_(?=[0-9a-fA-F])");
  private static final int MAX_NUMBER_CHARS = 400;

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private Strings() {}

  /** Returns the text of a value that is not nil. */
  public static String of(Object value, Frame frame) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Double real) {
      return Json.number(real);
    }
    if (value instanceof Map || value instanceof List) {
      return Json.write(value, frame);
    }
    if (value instanceof byte[] bytes) {
      frame.charge(2L * bytes.length);
      return HexFormat.of().formatHex(bytes);
    }
    return value instanceof Long || value instanceof Boolean ? value.toString() : json(value);
  }

  /** Returns the text of an attribute value, for which the Collector does not always use JSON. */
  public static String ofAttribute(Object value, Frame frame) {
    if (value instanceof byte[] bytes) {
      frame.charge(2L * bytes.length);
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof Double real && !Double.isFinite(real)) {
      return "json: unsupported value: " + real(real);
    }
    return of(value, frame);
  }

  /** Returns the text of other types as JSON, as in the Collector. */
  private static String json(Object value) {
    if (value instanceof ZonedDateTime time) {
      return '"' + rfc3339(time) + '"';
    }
    if (value instanceof Duration duration) {
      return Long.toString(duration.toNanos());
    }
    if (value instanceof Id id) {
      StringJoiner numbers = new StringJoiner(",", "[", "]");
      for (byte b : id.bytes()) {
        numbers.add(Integer.toString(b & 0xff));
      }
      return numbers.toString();
    }
    return "{}"; // a part of a span has no public fields in Go
  }

  private static String rfc3339(ZonedDateTime time) {
    if (time.getYear() < 0 || time.getYear() > 9999) {
      throw new EvaluationException("a year beyond four digits");
    }
    String fraction =
        time.getNano() == 0 ? "" : plain(BigDecimal.valueOf(time.getNano(), 9)).substring(1);
    int offset = time.getOffset().getTotalSeconds() / 60;
    String zone =
        offset == 0
            ? "Z"
            : String.format(
                "%s%02d:%02d",
                offset < 0 ? "-" : "+", Math.abs(offset) / 60, Math.abs(offset) % 60);
    return DATE_TIME.format(time) + fraction + zone;
  }

  /** Formats a double without exponent and with the fewest digits. */
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
    return shortest(value).toPlainString();
  }

  /**
   * Returns the fewest digits that identify the value. Java 17 writes an extra digit for some
   * values, such as 2.0E-3 or 4.9E-324.
   */
  static BigDecimal shortest(double value) {
    BigDecimal shown = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (shown.precision() == 1) {
      return shown;
    }
    BigDecimal shorter =
        new BigDecimal(value)
            .round(new MathContext(shown.precision() - 1, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    return shorter.doubleValue() == value ? shorter : shown;
  }

  public static @Nullable Long integerOrNull(String text) {
    try {
      return INTEGER.matcher(text).matches() ? Long.valueOf(text) : null;
    } catch (NumberFormatException beyond64Bits) {
      return null;
    }
  }

  /** Parses a float like Go, including hex, underscores, infinity and NaN. Null on overflow. */
  public static @Nullable Double realOrNull(String text) {
    if (text.length() > MAX_NUMBER_CHARS) {
      return null;
    }
    String digits = UNDERSCORE_BETWEEN_DIGITS.matcher(text).replaceAll("");
    if (REAL.matcher(digits).matches() || HEX_REAL.matcher(digits).matches()) {
      double value = Double.parseDouble(digits);
      return Double.isInfinite(value) ? null : (Double) value;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> null;
    };
  }

  /** Returns the length in UTF-8 bytes. */
  public static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
