package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the value that a parser stands at, by the rules of OTLP/JSON and of protobuf's JSON. */
final class JsonScalars {
  /** What Jackson allows a number; numbers in strings may be as long. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  private static final String DOUBLE =
      "a number within the range of a double, \"NaN\", \"Infinity\" or \"-Infinity\"";
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  /** What {@code parseDouble} takes, less white space, type suffixes and hex. */
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

  private JsonScalars() {}

  static long spanKind(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, SPAN_KINDS);
  }

  static long statusCode(JsonParser in) throws IOException, MalformedOtlpException {
    return named(in, STATUS_CODES);
  }

  /** An enum: number or name. Numbers that have no name yet are passed on. */
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

  /** Up to 19 digits; negative if it is anything else or too large for a {@code long}. */
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

  /** The rare forms: negative, beyond a {@code long}, with an exponent or a fraction of zero. */
  private static long exact(JsonParser in, IntegerRange range, String expected)
      throws IOException, MalformedOtlpException {
    if (in.getTextLength() > MAX_NUMBER_LENGTH) {
      throw JsonFaults.unexpected(in, expected);
    }
    try {
      BigDecimal value = new BigDecimal(in.getText());
      // The comparison comes first: with a large exponent the others write all digits out.
      if (range.contains(value) && value.stripTrailingZeros().scale() <= 0) {
        return value.toBigInteger().longValue();
      }
    } catch (NumberFormatException e) {
      // refused below
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

  /** Base64 with or without padding, standard or URL-safe. */
  static byte[] base64(JsonParser in) throws IOException, MalformedOtlpException {
    requireText(in, "base64");
    try {
      return Base64.getDecoder().decode(in.getText().replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw JsonFaults.unexpected(in, "base64");
    }
  }

  /** An id in hex, or an empty one. */
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

  private static String hexDigits(int bytes) {
    return 2 * bytes + " hex digits";
  }

  /** Not {@code Character.digit}, which takes digits of all scripts. */
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
