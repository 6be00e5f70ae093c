package io.tailrace.topology.text;

import org.jspecify.annotations.Nullable;

/** Removes line breaks and control characters from untrusted text. */
public final class PlainText {
  private static final int MAX_CHARS = 200;

  private PlainText() {}

  public static String line(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    return clean.length() <= MAX_CHARS ? clean : clean.substring(0, MAX_CHARS) + "…";
  }

  public static String orDash(@Nullable String text) {
    return text == null || text.isBlank() ? "-" : line(text);
  }
}
