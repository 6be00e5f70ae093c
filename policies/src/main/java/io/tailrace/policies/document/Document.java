package io.tailrace.policies.document;

import io.vavr.collection.List;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.Optional;
import java.util.function.Function;

/** Entry point: reads the text of one document. Stateless, thread-safe. */
public final class Document {
  private Document() {}

  /**
   * Reads one YAML 1.2 or JSON document.
   *
   * <p>Calls {@code reader} once with the root, unless the text cannot be parsed (not YAML, too
   * long, too deep, too large, or more than one document). Reading continues after a fault: the
   * accessors of {@link Node} report the fault and return a placeholder. The result of {@code
   * reader} is used only if there is no fault, so it may be incomplete otherwise.
   *
   * @param text the document; any text of any length
   * @return the result of {@code reader}, or all faults (at least one) in the order found
   */
  public static <T> Validation<Seq<Fault>, T> read(String text, Function<Node, T> reader) {
    Findings findings = new Findings();
    Optional<Node> root = new TreeBuilder(findings).build(text);
    T value = root.map(reader).orElse(null);
    return findings.faults().isEmpty()
        ? Validation.valid(value)
        : Validation.invalid(List.ofAll(findings.faults()));
  }
}
