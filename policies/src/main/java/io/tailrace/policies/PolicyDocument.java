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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a policy document as plain values, so that callers can change it. */
public final class PolicyDocument {
  private PolicyDocument() {}

  /**
   * Returns the processor's block as maps, lists, strings, booleans, longs, doubles and nulls, with
   * the {@code redaction} blocks of the document in it: a document that says the same. The maps and
   * lists are mutable.
   *
   * @param yamlOrJson a document that {@link PolicySet#parse} accepts; otherwise the result is
   *     faults or undefined
   */
  public static Validation<Seq<Fault>, Map<String, Object>> settings(String yamlOrJson) {
    return Document.read(
        yamlOrJson,
        root ->
            SamplingBlock.find(root)
                .filter(block -> block.node().isMapping() || isNoMapping(block.node()))
                .map(SamplingBlock::plain)
                .orElse(null));
  }

  private static boolean isNoMapping(Node block) {
    return block.fault("a mapping", false);
  }

  /**
   * Returns the processor's block, with the {@code redaction} blocks of the document in it, and
   * with environment references expanded, for readers without that environment.
   *
   * @param yamlOrJson a document that {@link PolicySet#parse(String, Environment)} takes
   * @return plain values as in {@link #settings}, with dollar signs doubled; empty if the document
   *     has no references
   */
  @SuppressWarnings("unchecked") // a block is a mapping
  public static Optional<Map<String, Object>> expanded(String yamlOrJson, Environment environment) {
    Validation<Seq<Fault>, Optional<Map<String, Object>>> expanded =
        Document.read(
            yamlOrJson,
            root ->
                SamplingBlock.find(root)
                    .filter(SamplingBlock::refersToEnvironment)
                    .map(
                        block -> {
                          SamplingBlock values = block.expanded(environment);
                          PolicySetReader.readBlock(values); // tells texts from numbers
                          return (Map<String, Object>) withDollars(values.plain());
                        }));
    return expanded.getOrElse(Optional.empty());
  }

  /**
   * Reads a {@code tail_sampling} block with environment references expanded.
   *
   * @param yamlOrJson any text
   * @param reader called with the block, if {@link PolicySet#parse(String, Environment)} accepts it
   * @return the result of {@code reader}, or all faults (at least one)
   */
  public static <T> Validation<Seq<Fault>, T> policies(
      String yamlOrJson, Environment environment, Function<Node, T> reader) {
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(yamlOrJson, environment);
    return set.isInvalid()
        ? Validation.invalid(set.getError())
        : Document.read(
            yamlOrJson,
            root ->
                SamplingBlock.find(root, environment)
                    .filter(PolicyDocument::hasPolicies)
                    .map(block -> reader.apply(block.node()))
                    .orElse(null));
  }

  private static boolean hasPolicies(SamplingBlock block) {
    PolicySetReader.readBlock(block); // tells texts from numbers
    return !block.isAdaptive()
        || block.node().fault("a tail_sampling block, this one has rules", false);
  }

  private static @Nullable Object withDollars(@Nullable Object value) {
    if (value instanceof String text) {
      return text.replace("$", "$$");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(PolicyDocument::withDollars).collect(Collectors.toList());
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> doubled = new LinkedHashMap<>();
      map.forEach((key, entry) -> doubled.put(key, withDollars(entry)));
      return doubled;
    }
    return value;
  }
}
