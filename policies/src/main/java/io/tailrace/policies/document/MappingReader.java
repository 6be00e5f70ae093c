package io.tailrace.policies.document;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entries of one mapping while they are read. Every key that is asked for is a known key; the
 * others are faults once the reading is over, unless {@link #ignoreOthers} was called.
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

  /** The value of {@code key}; a node that is not {@link Node#present} if there is none. */
  public Node get(String key) {
    known.add(key);
    return node.entry(key);
  }

  /** The mapping itself, for faults and warnings about all of it. */
  public Node node() {
    return node;
  }

  /** All keys, in the order written, known or not. */
  public List<String> keys() {
    return node.keys();
  }

  /** Keys that nothing asks for belong to someone else. */
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
            value.fault(oneOf(key), null);
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
