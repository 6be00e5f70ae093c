package io.tailrace.policies.document;

/** Text of a document as faults show it: short, and nothing that a terminal would obey. */
final class Shown {
  private static final int MAX_CHARS = 60;

  private Shown() {}

  static String quoted(String text) {
    return '"' + clean(text) + '"';
  }

  static String clean(String text) {
    String cut = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
