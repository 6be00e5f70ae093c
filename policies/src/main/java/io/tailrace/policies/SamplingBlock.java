package io.tailrace.policies;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The block of the {@code tail_sampling} or {@code adaptive_tail_sampling} processor in a document.
 *
 * @param isAdaptive whether it has rules instead of policies
 * @param exports what the document has beside it for its export
 */
record SamplingBlock(Node node, boolean isAdaptive, ExportBlocks exports) {
  private static final String POLICIES = "tail_sampling";
  private static final String RULES = "adaptive_tail_sampling";

  /** Top-level keys of a Collector configuration that are ignored. */
  private static final List<String> OTHER_SECTIONS =
      List.of("receivers", "exporters", "connectors", "extensions", "service");

  /**
   * Returns the nested block, or the root if there is none. Empty after a fault. Expands
   * environment references in this block and those of the export only, because other sections can
   * refer to secrets.
   */
  static Optional<SamplingBlock> find(Node root, Environment environment) {
    return find(root).map(block -> block.expanded(environment));
  }

  SamplingBlock expanded(Environment environment) {
    Node expanded = node.expanded(environment);
    return new SamplingBlock(
        expanded,
        isAdaptive,
        exports.areWithin() ? ExportBlocks.within(expanded) : exports.expanded(environment));
  }

  /** Returns whether the block or one of the export contains an environment reference. */
  boolean refersToEnvironment() {
    return node.refersToEnvironment() || exports.refersToEnvironment();
  }

  /**
   * Returns the whole block with those of the export in it, as a document without sections has it.
   * The map is mutable.
   */
  @SuppressWarnings("unchecked") // a block is a mapping
  Map<String, Object> plain() {
    Map<String, Object> plain = (Map<String, Object>) Objects.requireNonNull(node.plain());
    exports.blocks().forEach((name, block) -> plain.put(name, block.plain()));
    return plain;
  }

  /** Returns the block without expansion of environment references. */
  static Optional<SamplingBlock> find(Node root) {
    if (!root.isMapping() || !isWrapped(root)) {
      List<String> keys = root.isMapping() ? root.keys() : List.of();
      return Optional.of(
          new SamplingBlock(
              root,
              keys.contains("rules") && !keys.contains("policies"),
              ExportBlocks.within(root)));
    }
    List<SamplingBlock> nested = new ArrayList<>();
    ExportBlocks exports = ExportBlocks.beside(root);
    root.mapping(document -> collect(document, nested, exports));
    for (SamplingBlock extra : nested.subList(Math.min(1, nested.size()), nested.size())) {
      extra.node.fault(
          "one "
              + POLICIES
              + " or "
              + RULES
              + " block, "
              + nested.get(0).node.path()
              + " is another",
          extra);
    }
    return nested.size() == 1 ? Optional.of(nested.get(0)) : noneOr(root, nested);
  }

  private static boolean isWrapped(Node root) {
    return root.keys().stream()
        .anyMatch(key -> key.equals("processors") || isBlock(key, POLICIES) || isBlock(key, RULES));
  }

  private static MappingReader collect(
      MappingReader document, List<SamplingBlock> nested, ExportBlocks exports) {
    OTHER_SECTIONS.forEach(document::get);
    ExportBlocks.markKnown(document);
    blocks(document, nested, exports);
    document
        .get("processors")
        .mapping(
            processors -> {
              blocks(processors, nested, exports);
              processors.ignoreOthers();
              return processors;
            });
    return document;
  }

  private static void blocks(
      MappingReader mapping, List<SamplingBlock> nested, ExportBlocks exports) {
    for (String key : mapping.keys()) {
      if (isBlock(key, POLICIES) || isBlock(key, RULES)) {
        nested.add(new SamplingBlock(mapping.get(key), isBlock(key, RULES), exports));
      }
    }
  }

  static boolean isBlock(String key, String type) {
    return key.equals(type) || key.startsWith(type + "/");
  }

  private static Optional<SamplingBlock> noneOr(Node root, List<SamplingBlock> nested) {
    return nested.isEmpty()
        ? root.fault(
            "a " + POLICIES + " or " + RULES + " block on top or below processors",
            Optional.empty())
        : Optional.empty();
  }
}
