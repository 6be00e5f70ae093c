package io.tailrace.topology;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first flush left, the others flush right. Not thread-safe. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();

  /** Adds a row; all must have as many cells. */
  void row(String... cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      text.append(row[0]).append(" ".repeat(widths[0] - row[0].length()));
      for (int i = 1; i < row.length; i++) {
        text.append(GAP).append(" ".repeat(widths[i] - row[i].length())).append(row[i]);
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
