package io.tailrace.policies;

import java.util.ArrayList;
import java.util.List;

/** Names and, in a column beside them, what there is to say of each. */
final class NamedLines {
  /** A longer name pushes its own text to the right, and no other. */
  private static final int MAX_WIDTH = 30;

  private static final String GAP = "   ";

  private final List<String> names = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  /**
   * Adds one.
   *
   * @param text one line or more
   */
  void add(String name, String text) {
    names.add(Words.clean(name));
    texts.add(text);
  }

  List<String> lines() {
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
