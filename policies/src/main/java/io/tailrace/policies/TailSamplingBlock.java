package io.tailrace.policies;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the block of the {@code tail_sampling} processor in a document. */
final class TailSamplingBlock {
  private static final String TYPE = "tail_sampling";

  /** Top-level keys of a Collector document that hold nothing for us. */
  private static final List<String> OTHER_SECTIONS =
      List.of("receivers", "exporters", "connectors", "extensions", "service");

  private TailSamplingBlock() {}

  /**
   * The block: a nested one, or else the root itself. Empty after a fault. References to the
   * environment are expanded in it and nowhere else: other sections may refer to secrets.
   */
  static Optional<Node> find(Node root, Environment environment) {
    return find(root).map(block -> block.expanded(environment));
  }

  /** The block as it is written. */
  static Optional<Node> find(Node root) {
    List<Node> nested = new ArrayList<>();
    if (!root.isMapping() || !isWrapped(root)) {
      return Optional.of(root);
    }
    root.mapping(document -> collect(document, nested));
    for (Node extra : nested.subList(Math.min(1, nested.size()), nested.size())) {
      extra.fault("one " + TYPE + " block, " + nested.get(0).path() + " is another", extra);
    }
    return nested.size() == 1 ? Optional.of(nested.get(0)) : noneOr(root, nested);
  }

  private static boolean isWrapped(Node root) {
    return root.keys().stream().anyMatch(key -> key.equals("processors") || isBlock(key));
  }

  private static MappingReader collect(MappingReader document, List<Node> nested) {
    OTHER_SECTIONS.forEach(document::get);
    blocks(document, nested);
    document
        .get("processors")
        .mapping(
            processors -> {
              blocks(processors, nested);
              processors.ignoreOthers();
              return processors;
            });
    return document;
  }

  private static void blocks(MappingReader mapping, List<Node> nested) {
    mapping.keys().stream()
        .filter(TailSamplingBlock::isBlock)
        .map(mapping::get)
        .forEach(nested::add);
  }

  private static boolean isBlock(String key) {
    return key.equals(TYPE) || key.startsWith(TYPE + "/");
  }

  private static Optional<Node> noneOr(Node root, List<Node> nested) {
    return nested.isEmpty()
        ? root.fault("a " + TYPE + " block on top or below processors", Optional.empty())
        : Optional.empty();
  }
}
