package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one row of comma-separated values like Go's {@code encoding/csv} and the Collector. Line
 * breaks outside quotes are part of a field; empty lines are not. A line with misplaced quotes ends
 * before the affected field.
 */
final class CsvRow {
  /** Handling of quotes. */
  enum Quotes {
    /** Quotes enclose a field and are doubled inside it. */
    STRICT,
    /** Quotes may also appear literally inside a field. */
    LAZY,
    /** Quotes are ordinary characters. */
    IGNORED
  }

  /** Cost of a field in addition to its text. */
  private static final int CHARS_PER_FIELD = 16;

  private final String text;
  private final String delimiter;
  private final boolean lazy;
  private final Frame frame;
  private final List<String> row = new ArrayList<>();
  private final List<String> line = new ArrayList<>();
  private int at;

  private CsvRow(String text, String delimiter, boolean lazy, Frame frame) {
    this.text = text;
    this.delimiter = delimiter;
    this.lazy = lazy;
    this.frame = frame;
  }

  /**
   * Parses the fields of a row.
   *
   * @param delimiter a code point
   */
  static List<String> fields(String text, int delimiter, Quotes quotes, Frame frame) {
    String between = Character.toString(delimiter);
    if (quotes == Quotes.IGNORED) {
      return split(text, between, frame);
    }
    if ("\"\r\n\ufffd".contains(between)) {
      throw new EvaluationException("a delimiter that can delimit nothing");
    }
    String unix = text.replace("\r\n", "\n");
    boolean carriageReturn = unix.endsWith("\r");
    String lines = carriageReturn ? unix.substring(0, unix.length() - 1) : unix;
    return new CsvRow(lines, between, quotes == Quotes.LAZY, frame).read();
  }

  private static List<String> split(String text, String delimiter, Frame frame) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(delimiter); end >= 0; end = text.indexOf(delimiter, start)) {
      frame.charge(CHARS_PER_FIELD);
      fields.add(text.substring(start, end));
      start = end + delimiter.length();
    }
    fields.add(text.substring(start));
    return fields;
  }

  private List<String> read() {
    while (at < text.length()) {
      if (text.charAt(at) == '\n') {
        at++;
        continue;
      }
      line.clear();
      boolean whole = readLine();
      if (line.isEmpty()) {
        throw new EvaluationException("a row with quotes in the wrong place");
      }
      if (!whole) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
      }
      join();
    }
    if (row.isEmpty()) {
      throw new EvaluationException("no row");
    }
    return row;
  }

  /** Appends the first field of a line to the last field of the previous line. */
  private void join() {
    int from = 0;
    if (!row.isEmpty()) {
      int last = row.size() - 1;
      row.set(last, row.get(last) + '\n' + line.get(0));
      from = 1;
    }
    row.addAll(line.subList(from, line.size()));
  }

  /** Reads a line. Returns false if a field has misplaced quotes. */
  private boolean readLine() {
    while (true) {
      frame.charge(CHARS_PER_FIELD);
      boolean quoted = at < text.length() && text.charAt(at) == '"';
      String field = quoted ? quoted() : bare();
      if (field == null) {
        return false;
      }
      line.add(field);
      if (text.startsWith(delimiter, at)) {
        at += delimiter.length();
      } else {
        at++; // the line break, or the end
        return true;
      }
    }
  }

  private @Nullable String bare() {
    int lineEnd = text.indexOf('\n', at);
    int end = lineEnd < 0 ? text.length() : lineEnd;
    int next = text.indexOf(delimiter, at);
    String field = text.substring(at, next < 0 ? end : Math.min(next, end));
    if (!lazy && field.indexOf('"') >= 0) {
      return null;
    }
    at += field.length();
    return field;
  }

  /** Reads a quoted field. Null if quotes are misplaced. */
  private @Nullable String quoted() {
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        field.append(c);
      } else if (text.startsWith("\"", at)) {
        at++;
        field.append('"');
      } else if (at == text.length() || text.charAt(at) == '\n' || text.startsWith(delimiter, at)) {
        return field.toString();
      } else if (lazy) {
        field.append('"');
      } else {
        return null;
      }
    }
    return lazy ? field.toString() : null;
  }
}
