package io.tailrace.policies;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The document of a policy set as plain values, for those who make another one of it. */
public final class PolicyDocument {
  private PolicyDocument() {}

  /**
   * The processor's block, wherever it stands in the document: maps, lists, strings, booleans,
   * longs, doubles and nulls, which may be altered.
   *
   * @param yamlOrJson a document that {@link PolicySet#parse} takes; of others, faults or anything
   */
  @SuppressWarnings("unchecked") // a block is a mapping, or a fault
  public static Validation<Seq<Fault>, Map<String, Object>> settings(String yamlOrJson) {
    return Document.read(
        yamlOrJson,
        root ->
            TailSamplingBlock.find(root)
                .map(block -> block.isMapping() ? block : block.<Node>fault("a mapping", block))
                .map(block -> (Map<String, Object>) block.plain())
                .orElse(null));
  }

  /**
   * The processor's block without references to an environment, for those who read it without one.
   *
   * @param yamlOrJson a document that {@link PolicySet#parse(String, Environment)} takes
   * @return plain values as of {@link #settings}, dollar signs doubled; empty if the document has
   *     no references, and so can be read as it is
   */
  @SuppressWarnings("unchecked") // a block is a mapping
  public static Optional<Map<String, Object>> expanded(String yamlOrJson, Environment environment) {
    Validation<Seq<Fault>, Optional<Map<String, Object>>> expanded =
        Document.read(
            yamlOrJson,
            root ->
                TailSamplingBlock.find(root)
                    .filter(Node::refersToEnvironment)
                    .map(
                        block -> {
                          Node values = block.expanded(environment);
                          PolicySetReader.readBlock(values); // tells texts from numbers
                          return (Map<String, Object>) withDollars(values.plain());
                        }));
    return expanded.getOrElse(Optional.empty());
  }

  private static Object withDollars(Object value) {
    if (value instanceof String text) {
      return text.replace("$", "$$");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(PolicyDocument::withDollars).collect(Collectors.toList());
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> doubled = new LinkedHashMap<>();
      map.forEach((key, entry) -> doubled.put(key, withDollars(entry)));
      return doubled;
    }
    return value;
  }
}
