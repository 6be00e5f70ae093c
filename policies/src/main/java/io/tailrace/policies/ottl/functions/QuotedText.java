package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text at delimiters outside quotes and removes the quotes. A quoted section ends at the
 * next quote of the same kind. A quote after a backslash is text.
 */
final class QuotedText {
  /** Cost of a part in addition to its text. */
  private static final int CHARS_PER_PART = 16;

  private QuotedText() {}

  /** Returns the non-empty parts. Throws if a quote is not closed. */
  static List<String> split(String text, String delimiter, Frame frame) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    char open = 0;
    boolean escaped = false;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean quote = !escaped && (open == 0 ? c == '"' || c == '\'' : c == open);
      if (open == 0 && text.startsWith(delimiter, at)) {
        add(part, parts, frame);
        at += delimiter.length();
        continue;
      }
      if (quote) {
        open = open == 0 ? c : 0;
      } else {
        part.append(c);
        escaped = !escaped && c == '\\';
      }
      at++;
    }
    if (open != 0) {
      throw new EvaluationException("quotes that stay open");
    }
    add(part, parts, frame);
    return parts;
  }

  private static void add(StringBuilder part, List<String> parts, Frame frame) {
    if (part.length() > 0) {
      frame.charge(CHARS_PER_PART);
      parts.add(part.toString());
      part.setLength(0);
    }
  }
}
