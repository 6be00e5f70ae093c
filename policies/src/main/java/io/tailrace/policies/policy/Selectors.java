package io.tailrace.policies.policy;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Selector;
import io.vavr.control.Validation;
import java.util.ArrayList;
import java.util.List;

/** Reads lists of selectors. */
public final class Selectors {
  private Selectors() {}

  /** Reads at least one selector. */
  public static List<Selector> read(Node list) {
    List<Selector> selectors = new ArrayList<>();
    for (Node node : list.filledTexts()) {
      String text = node.string();
      if (!text.isEmpty()) {
        Validation<String, Selector> selector = Selector.parse(text);
        if (selector.isValid()) {
          selectors.add(selector.get());
        } else {
          node.fault(selector.getError());
        }
      }
    }
    return selectors;
  }

  public static List<String> texts(List<Selector> selectors) {
    return selectors.stream().map(Selector::toString).toList();
  }
}
