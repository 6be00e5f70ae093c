package io.tailrace.topology.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Formats rows of text in columns. The first column is left-aligned, the others left- or
 * right-aligned. Not thread-safe.
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean left;

  /** Creates a table with right-aligned columns after the first. */
  public TextTable() {
    this(false);
  }

  private TextTable(boolean left) {
    this.left = left;
  }

  /** Creates a table with left-aligned columns. */
  public static TextTable leftAligned() {
    return new TextTable(true);
  }

  /** Adds a row. All rows must have the same number of cells. */
  public void row(String... cells) {
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
        String padding = " ".repeat(widths[i] - row[i].length());
        text.append(GAP).append(left ? row[i] + padding : padding + row[i]);
      }
      text.setLength(text.toString().stripTrailing().length());
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
