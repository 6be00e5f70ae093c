package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/** One row of comma-separated values. */
final class CsvRow {
  /** What quotes mean. */
  enum Quotes {
    /** They stand around a field, and doubled within one that they are around. */
    STRICT,
    /** They may also stand within a field, for themselves. */
    LAZY,
    /** They are characters like any other. */
    IGNORED
  }

  /** What one field costs beyond its text. */
  private static final int CHARS_PER_FIELD = 16;

  private final String text;
  private final char delimiter;
  private final Quotes quotes;
  private final Frame frame;
  private final List<String> fields = new ArrayList<>();
  private int at;

  CsvRow(String text, char delimiter, Quotes quotes, Frame frame) {
    this.text = withoutLineBreaksAround(text);
    this.delimiter = delimiter;
    this.quotes = quotes;
    this.frame = frame;
  }

  List<String> fields() {
    boolean more = true;
    while (more) {
      frame.charge(CHARS_PER_FIELD);
      boolean quoted = quotes != Quotes.IGNORED && at < text.length() && text.charAt(at) == '"';
      fields.add(quoted ? quoted() : bare());
      more = at < text.length();
      at++;
    }
    return fields;
  }

  private String bare() {
    int end = text.indexOf(delimiter, at);
    String field = text.substring(at, end < 0 ? text.length() : end);
    if (quotes == Quotes.STRICT && field.indexOf('"') >= 0) {
      throw broken();
    }
    at += field.length();
    return field;
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        field.append(c);
      } else if (at == text.length() || text.charAt(at) == delimiter) {
        return field.toString();
      } else if (text.charAt(at) == '"') {
        field.append(text.charAt(at++));
      } else if (quotes == Quotes.LAZY) {
        field.append(c);
      } else {
        throw broken();
      }
    }
    if (quotes == Quotes.LAZY) {
      return field.toString();
    }
    throw broken();
  }

  private static EvaluationException broken() {
    return new EvaluationException("a row with quotes in the wrong place");
  }

  private static String withoutLineBreaksAround(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBreak(text.charAt(from))) {
      from++;
    }
    while (to > from && isBreak(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }
}
