package io.tailrace.policies.kinds;

import io.tailrace.policies.document.Node;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads a list of values to match. */
final class Texts {
  private Texts() {}

  /** Returns the non-empty texts. Empty texts never match. Warns if the result is empty. */
  static Set<String> notEmpty(Node list) {
    Set<String> texts = new LinkedHashSet<>();
    list.texts().forEach(node -> texts.add(node.string("")));
    texts.remove("");
    if (texts.isEmpty()) {
      list.warn("matches no trace: all values are empty");
    }
    return texts;
  }
}
