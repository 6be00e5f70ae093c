package io.tailrace.policies.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known word for a misspelled one. */
public final class Suggestion {
  private static final int MAX_EDITS = 3;

  private Suggestion() {}

  /** Returns the most similar of {@code words} if it is similar enough to be a typo. */
  public static Optional<String> nearest(String typed, Collection<String> words) {
    return words.stream()
        .filter(word -> Math.abs(word.length() - typed.length()) <= MAX_EDITS)
        .filter(word -> edits(typed, word) <= Math.min(MAX_EDITS, word.length() / 2))
        .min(Comparator.comparingInt(word -> edits(typed, word)));
  }

  /** Returns the Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
