package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/** Splits text where no quotes are open; either kind of quotes ends at the next of its kind. */
final class QuotedText {
  /** What one part costs beyond its text. */
  private static final int CHARS_PER_PART = 16;

  private QuotedText() {}

  static List<String> split(String text, String delimiter, Frame frame) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int end = indexOf(text, delimiter, 0); end >= 0; end = indexOf(text, delimiter, start)) {
      frame.charge(CHARS_PER_PART);
      parts.add(text.substring(start, end));
      start = end + delimiter.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** Throws if quotes stay open. */
  static int indexOf(String text, String delimiter, int from) {
    char open = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (open == 0 && text.startsWith(delimiter, i)) {
        return i;
      }
      if (c == open) {
        open = 0;
      } else if (open == 0 && (c == '"' || c == '\'')) {
        open = c;
      }
    }
    if (open != 0) {
      throw new EvaluationException("quotes that stay open");
    }
    return -1;
  }

  /** Without space around it, then without quotes around it. */
  static String bare(String text) {
    String stripped = text.strip();
    boolean quoted =
        stripped.length() > 1
            && (stripped.charAt(0) == '"' || stripped.charAt(0) == '\'')
            && stripped.charAt(0) == stripped.charAt(stripped.length() - 1);
    return quoted ? stripped.substring(1, stripped.length() - 1) : stripped;
  }
}
