package io.tailrace.policies.document;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the entries of one mapping. Each key passed to {@link #get} is a known key. All other keys
 * become faults at the end, unless {@link #ignoreOthers} was called.
 */
public final class MappingReader {
  private final Node node;
  private final Map<String, Node> entries;
  private final Set<String> known = new LinkedHashSet<>();
  private boolean ignoreOthers;

  MappingReader(Node node, Map<String, Node> entries) {
    this.node = node;
    this.entries = entries;
  }

  /** Returns the value of {@code key}. If there is none, the node is not {@link Node#present}. */
  public Node get(String key) {
    known.add(key);
    return node.entry(key);
  }

  /** Returns the mapping itself, for faults and warnings about the whole mapping. */
  public Node node() {
    return node;
  }

  /** Returns all keys in document order, known or not. */
  public List<String> keys() {
    return node.keys();
  }

  /** Accepts unknown keys. */
  public void ignoreOthers() {
    ignoreOthers = true;
  }

  void refuseUnknownKeys() {
    if (ignoreOthers) {
      return;
    }
    entries.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            value.fault(oneOf(key));
          }
        });
  }

  private String oneOf(String key) {
    if (known.isEmpty()) {
      return "no keys here";
    }
    String hint =
        Suggestion.nearest(key, known).map(near -> "; did you mean " + near + "?").orElse("");
    return "a known key: " + String.join(", ", known) + hint;
  }
}
