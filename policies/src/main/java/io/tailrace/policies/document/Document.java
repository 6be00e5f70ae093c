package io.tailrace.policies.document;

import io.vavr.collection.List;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.Optional;
import java.util.function.Function;

/** Entry point: reads the text of one document. Thread-safe: it holds nothing. */
public final class Document {
  private Document() {}

  /**
   * Reads one YAML 1.2 or JSON document.
   *
   * <p>{@code reader} is called once with the root, unless the text cannot be read to its end (not
   * YAML, too long, too deep, too large, more than one document). It goes on after a fault: the
   * accessors of {@link Node} note the fault and answer a stand-in. What it returns counts only if
   * no fault was noted, so it need not be whole.
   *
   * @param text the document; any text at all, of any length
   * @return what {@code reader} made of it, or all faults (never none), in the order found
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
