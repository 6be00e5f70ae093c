package io.tailrace.policies;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.Node;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.Map;

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
}
