package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the current value of a parser by the rules of OTLP/JSON and protobuf JSON. */
final class JsonScalars {
  /** Jackson's limit for numbers, also used for numbers in strings. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  private static final int HEX = 16;

  private static final String DOUBLE =
      "a number within the range of a double, \"NaN\", \"Infinity\" or \"-Infinity\"";
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  /** Input of {@code parseDouble} without white space, type suffixes and hex. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private static final List<String> SPAN_KINDS =
      List.of(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");
  private static final List<String> STATUS_CODES =
      List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private static final List<String> VALUE_TYPES =
      List.of("STRING", "BOOL", "INT64", "FLOAT64", "BINARY");
  private static final List<String> REFERENCE_TYPES = List.of("CHILD_OF", "FOLLOWS_FROM");

  /** Protobuf JSON format of {@code Duration}. */
  private static final Pattern DURATION = Pattern.compile("(-?)([0-9]{1,12})(?:\\.([0-9]{1,9}))?s");

  private JsonScalars() {}

  /**
   * A duration or time. In a duration, nanoseconds have the sign of the seconds; in a time, they
   * are not negative.
   */
  record Seconds(long seconds, int nanos) {}

  static Seconds timestamp(JsonParser in) throws IOException, MalformedOtlpException {
    String expected = "an RFC 3339 time such as \"2026-11-21T13:00:00.5Z\"";
    requireText(in, expected);
    try {
      Instant time = OffsetDateTime.parse(in.getText()).toInstant();
      return new Seconds(time.getEpochSecond(), time.getNano());
    } catch (DateTimeException e) {
      throw JsonFaults.unexpected(in, expected);
    }
  }

  static Seconds duration(JsonParser in) throws IOException, MalformedOtlpException {
    String expected = "seconds such as \"0.25s\"";
    requireText(in, expected);
    Matcher parts = DURATION.matcher(in.getText());
    if (!parts.matches()) {
      throw JsonFaults.unexpected(in, expected);
    }
    int sign = parts.group(1).isEmpty() ? 1 : -1;
    String fraction = parts.group(3) == null ? "" : parts.group(3);
    int nanos = Integer.parseInt(fraction + "0".repeat(9 - fraction.length()));
    return new Seconds(sign * Long.parseLong(parts.group(2)), sign * nanos);
  }

  static long valueType(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, VALUE_TYPES);
  }

  static long referenceType(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, REFERENCE_TYPES);
  }

  static long spanKind(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, SPAN_KINDS);
  }

  static long statusCode(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, STATUS_CODES);
  }

  /** Reads an enum by number or name. Accepts unknown numbers. */
  private static long named(JsonParser in, List<String> names)
      throws IOException, MalformedOtlpException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      int number = names.indexOf(in.getText());
      if (number >= 0) {
        return number;
      }
    }
    return integer(in, IntegerRange.INT32, "a number or one of " + String.join(", ", names));
  }

  static long integer(JsonParser in, IntegerRange range)
      throws IOException, MalformedOtlpException {
    return integer(in, range, range.expected);
  }

  private static long integer(JsonParser in, IntegerRange range, String expected)
      throws IOException, MalformedOtlpException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT && in.getNumberType() != NumberType.BIG_INTEGER) {
      long value = in.getLongValue();
      if (range.contains(value)) {
        return value;
      }
    } else if (token == JsonToken.VALUE_STRING) {
      long value = digits(in);
      if (value >= 0 && range.contains(value)) {
        return value;
      }
    } else if (!token.isNumeric()) {
      throw JsonFaults.unexpected(in, expected);
    }
    return exact(in, range, expected);
  }

  /**
   * Reads up to 19 digits. Returns a negative number for other input or if a {@code long}
   * overflows.
   */
  private static long digits(JsonParser in) throws IOException {
    char[] text = in.getTextCharacters();
    int offset = in.getTextOffset();
    int length = in.getTextLength();
    if (length == 0 || length > 19) {
      return -1;
    }
    long value = 0;
    for (int i = offset; i < offset + length; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /**
   * Reads rare forms: negative, larger than a {@code long}, with an exponent or with a zero
   * fraction.
   */
  private static long exact(JsonParser in, IntegerRange range, String expected)
      throws IOException, MalformedOtlpException {
    if (in.getTextLength() > MAX_NUMBER_LENGTH) {
      throw JsonFaults.unexpected(in, expected);
    }
    try {
      BigDecimal value = new BigDecimal(in.getText());
      // Compare first: with a large exponent, the other operations expand all digits.
      if (range.contains(value) && value.stripTrailingZeros().scale() <= 0) {
        return value.toBigInteger().longValue();
      }
    } catch (NumberFormatException e) {
      // rejected below
    }
    throw JsonFaults.unexpected(in, expected);
  }

  static double floating(JsonParser in) throws IOException, MalformedOtlpException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      String text = in.getText();
      if (NOT_FINITE.contains(text)) {
        return Double.parseDouble(text);
      }
      if (text.length() <= MAX_NUMBER_LENGTH && NUMBER.matcher(text).matches()) {
        return finite(in, Double.parseDouble(text));
      }
    } else if (in.currentToken().isNumeric()) {
      return finite(in, in.getDoubleValue());
    }
    throw JsonFaults.unexpected(in, DOUBLE);
  }

  private static double finite(JsonParser in, double value)
      throws IOException, MalformedOtlpException {
    if (Double.isInfinite(value)) {
      throw JsonFaults.unexpected(in, DOUBLE);
    }
    return value;
  }

  static boolean bool(JsonParser in) throws IOException, MalformedOtlpException {
    String text = in.getText();
    if (text.equals("true")) {
      return true;
    }
    if (text.equals("false")) {
      return false;
    }
    throw JsonFaults.unexpected(in, "true or false");
  }

  /** Reads standard or URL-safe Base64, with or without padding. */
  static byte[] base64(JsonParser in) throws IOException, MalformedOtlpException {
    requireText(in, "base64");
    try {
      return Base64.getDecoder().decode(in.getText().replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw JsonFaults.unexpected(in, "base64");
    }
  }

  /** Reads a hex ID, which may be empty. */
  static byte[] hex(JsonParser in, int bytes) throws IOException, MalformedOtlpException {
    requireText(in, hexDigits(bytes));
    char[] text = in.getTextCharacters();
    int offset = in.getTextOffset();
    int length = in.getTextLength();
    if (length == 0) {
      return new byte[0];
    }
    if (length != 2 * bytes) {
      throw JsonFaults.unexpected(in, hexDigits(bytes));
    }
    byte[] id = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      int high = digit(text[offset + 2 * i]);
      int low = digit(text[offset + 2 * i + 1]);
      if (high < 0 || low < 0) {
        throw JsonFaults.unexpected(in, hexDigits(bytes));
      }
      id[i] = (byte) (high << 4 | low);
    }
    return id;
  }

  /** Reads a Zipkin trace ID of 1 to 32 hex digits. */
  static TraceId shortTraceId(JsonParser in) throws IOException, MalformedOtlpException {
    int half = 2 * Long.BYTES;
    String text = shortHex(in, 2 * half);
    int high = Math.max(0, text.length() - half);
    return new TraceId(
        high == 0 ? 0 : Long.parseUnsignedLong(text, 0, high, HEX),
        Long.parseUnsignedLong(text, high, text.length(), HEX));
  }

  /** Reads a span ID of 1 to 16 hex digits. */
  static long shortSpanId(JsonParser in) throws IOException, MalformedOtlpException {
    return Long.parseUnsignedLong(shortHex(in, 2 * Long.BYTES), HEX);
  }

  private static String shortHex(JsonParser in, int max)
      throws IOException, MalformedOtlpException {
    String expected = "1 to " + max + " hex digits";
    requireText(in, expected);
    String text = in.getText();
    if (text.isEmpty() || text.length() > max || text.chars().anyMatch(c -> digit((char) c) < 0)) {
      throw JsonFaults.unexpected(in, expected);
    }
    return text;
  }

  private static String hexDigits(int bytes) {
    return 2 * bytes + " hex digits";
  }

  /** Parses a hex digit. {@code Character.digit} would accept digits of all scripts. */
  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  static void requireText(JsonParser in, String expected)
      throws IOException, MalformedOtlpException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw JsonFaults.unexpected(in, expected);
    }
  }
}
