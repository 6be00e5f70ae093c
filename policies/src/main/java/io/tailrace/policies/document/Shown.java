package io.tailrace.policies.document;

/** Formats document text for faults: truncates it and replaces control characters. */
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
