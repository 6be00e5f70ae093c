package io.tailrace.policies.ottl;

/** Parses a double-quoted OTTL string with Go's escapes. */
final class StringLiteral {
  private static final String ESCAPES = "abfnrtv\\\"";
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\\\"";

  private final String text;
  private final StringBuilder value = new StringBuilder();
  private final int start;
  private int at;

  /**
   * @param start index of the opening quote
   */
  StringLiteral(String text, int start) {
    this.text = text;
    this.start = start;
    this.at = start + 1;
  }

  /** Returns the index after the closing quote of a string that {@link #read} accepted. */
  static int end(String text, int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  String read() throws OttlException {
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\n') {
        throw new OttlException(at + 1, "\\n for a line break within a string");
      }
      if (c == '\\') {
        escape();
      } else {
        value.append(c);
        at++;
      }
    }
    if (at >= text.length()) {
      throw new OttlException(start + 1, "a closing quote for the string");
    }
    return value.toString();
  }

  private void escape() throws OttlException {
    char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    int simple = c == 0 ? -1 : ESCAPES.indexOf(c);
    if (simple >= 0) {
      value.append(ESCAPED.charAt(simple));
      at += 2;
      return;
    }
    switch (c) {
      case 'x' -> numeric(2, 2, 16, 0x7f);
      case 'u' -> numeric(2, 4, 16, 0xffff);
      case 'U' -> numeric(2, 8, 16, Character.MAX_CODE_POINT);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> numeric(1, 3, 8, 0x7f);
      default ->
          throw new OttlException(at + 1, "an escape of a Go string (\\\\ for one backslash)");
    }
  }

  /** Rejects bytes beyond ASCII, because an attribute cannot contain a partial character. */
  private void numeric(int skip, int digits, int radix, int max) throws OttlException {
    int from = at + skip;
    long code = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        throw new OttlException(at + 1, digits + " digits in the escape");
      }
      code = code * radix + digit;
    }
    if (code > max || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
      throw new OttlException(at + 1, "the escape of a character (\\u or \\U beyond ASCII)");
    }
    value.appendCodePoint((int) code);
    at = from + digits;
  }
}
