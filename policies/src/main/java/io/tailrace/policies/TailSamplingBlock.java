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

  /** Top-level keys of a Collector configuration that are ignored. */
  private static final List<String> OTHER_SECTIONS =
      List.of("receivers", "exporters", "connectors", "extensions", "service");

  private TailSamplingBlock() {}

  /**
   * Returns the nested block, or the root if there is none. Empty after a fault. Expands
   * environment references in this block only, because other sections can refer to secrets.
   */
  static Optional<Node> find(Node root, Environment environment) {
    return find(root).map(block -> block.expanded(environment));
  }

  /** Returns the block without expansion of environment references. */
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
