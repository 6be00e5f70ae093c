package io.tailrace.topology.convert;

import io.tailrace.policies.document.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts one condition of a Refinery rule to OTTL. */
final class RefineryCondition {
  private static final Set<String> KEYS =
      Set.of("Field", "Fields", "Operator", "Value", "Datatype");
  private static final Set<String> COMPARED = Set.of("=", "!=", ">", ">=", "<", "<=");
  private static final String ROOT = "root.";

  private final Node node;
  private final Losses losses;
  private final List<String> fields;
  private final String operator;

  RefineryCondition(Node node, Losses losses) {
    this.node = node;
    this.losses = losses;
    losses.unknownKeys(node, KEYS);
    fields = new ArrayList<>();
    Plain.text(node.entry("Field")).ifPresent(fields::add);
    Plain.list(node.entry("Fields")).forEach(field -> fields.add(String.valueOf(field.plain())));
    operator = Plain.text(node.entry("Operator")).orElse("");
  }

  /** Returns whether the condition is about the root span only. */
  boolean onRoot() {
    return operator.equals("has-root-span")
        || (!fields.isEmpty() && fields.stream().allMatch(f -> f.startsWith(ROOT)));
  }

  /**
   * Returns the condition.
   *
   * @throws IllegalArgumentException with the reason if there is none
   */
  String ottl() {
    if (operator.equals("has-root-span")) {
      return hasRootSpan();
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("no Field (expected: Field or Fields)");
    }
    fields.forEach(this::refuseUnsayable);
    @Nullable Object value = node.entry("Value").plain();
    String datatype = Plain.text(node.entry("Datatype")).orElse("");
    ValueTest test = ValueTest.of(operator, datatype, value);
    boolean onRoot = onRoot();
    if (onRoot && test.absent()) {
      losses.fault(
          node,
          "Refinery also matches a trace without root span (the condition needs a root span)");
    }
    List<Source> sources =
        fields.stream()
            .flatMap(f -> Source.of(onRoot ? f.substring(ROOT.length()) : f).stream())
            .toList();
    String condition = condition(sources, test);
    return onRoot ? "IsRootSpan() and (" + condition + ")" : condition;
  }

  private String hasRootSpan() {
    if (String.valueOf(node.entry("Value").plain()).equals("true")) {
      return "IsRootSpan()";
    }
    throw new IllegalArgumentException("a condition sees one span, not the absence of a span");
  }

  private void refuseUnsayable(String field) {
    String name = field.startsWith(ROOT) ? field.substring(ROOT.length()) : field;
    if (field.startsWith(ROOT) && !onRoot()) {
      throw new IllegalArgumentException("a condition cannot look at the root and another span");
    }
    if (field.startsWith("?.")) {
      throw new IllegalArgumentException(field + " is computed over the trace");
    }
    if (name.startsWith("meta.")) {
      throw new IllegalArgumentException(field + " is added by Refinery or Honeycomb, not in OTLP");
    }
    if (name.equals("duration_ms") && !COMPARED.contains(operator)) {
      throw new IllegalArgumentException(operator + " on duration_ms (expected: a comparison)");
    }
    if (name.equals("duration_ms")
        && Plain.text(node.entry("Datatype")).filter(t -> !t.matches("int|float")).isPresent()) {
      throw new IllegalArgumentException("duration_ms as text (expected: Datatype int or float)");
    }
  }

  private static String condition(List<Source> sources, ValueTest test) {
    List<String> cases = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (Source source : sources) {
      List<String> here = new ArrayList<>(absent);
      if (!source.present().isEmpty() && !source.present().equals(source.value() + " != nil")) {
        here.add(source.present());
      }
      String met = test.on().apply(source.value());
      if (!met.equals("false")) {
        here.add(met);
        cases.add(Ottl.all(here));
      }
      if (source.present().isEmpty()) {
        return cases.isEmpty() ? "false" : Ottl.any(cases); // later ones are never read
      }
      absent.add(absence(source));
    }
    if (test.absent()) {
      cases.add(Ottl.all(absent));
    }
    return Ottl.any(cases);
  }

  private static String absence(Source source) {
    String value = source.value();
    return source.present().equals(value + " != nil")
        ? value + " == nil"
        : "not (" + source.present() + ")";
  }
}
