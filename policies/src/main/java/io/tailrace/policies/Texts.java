package io.tailrace.policies;

import io.tailrace.policies.document.Node;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads a list of texts to match. */
final class Texts {
  private Texts() {}

  /** The texts without the empty ones, which never match; warns if none is left. */
  static Set<String> notEmpty(Node list) {
    Set<String> texts = new LinkedHashSet<>();
    list.texts().forEach(node -> texts.add(node.string("")));
    texts.remove("");
    if (texts.isEmpty()) {
      list.warn("matches nothing, there is no text in it");
    }
    return texts;
  }
}
