package io.tailrace.policies.policy;

import java.util.ArrayList;
import java.util.List;

/** A table of two columns: names and texts. */
public final class NamedLines {
  /** A longer name moves only its own text to the right. */
  private static final int MAX_WIDTH = 30;

  private static final String GAP = "   ";

  private final List<String> names = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  /**
   * Adds a row.
   *
   * @param text one or more lines
   */
  public void add(String name, String text) {
    names.add(Words.clean(name));
    texts.add(text);
  }

  public List<String> lines() {
    int widest = names.stream().mapToInt(String::length).max().orElse(0);
    int width = Math.min(MAX_WIDTH, widest);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String label = names.get(i) + " ".repeat(Math.max(0, width - names.get(i).length()));
      for (String line : texts.get(i).split("\n", -1)) {
        lines.add(label + GAP + line);
        label = " ".repeat(width);
      }
    }
    return lines;
  }
}
