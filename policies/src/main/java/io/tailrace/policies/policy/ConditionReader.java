package io.tailrace.policies.policy;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.Condition;
import io.tailrace.policies.ottl.ConditionContext;
import io.tailrace.policies.ottl.OttlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads OTTL conditions of a document, and shows them to people. */
public final class ConditionReader {
  /** Limits the evaluation cost of one span. */
  private static final int MAX_CONDITIONS = 100;

  private ConditionReader() {}

  /** Compiles a list of conditions. Leaves out those with a fault. */
  public static List<Condition> all(Node list, ConditionContext about, RegexCompiler regexes) {
    List<Node> nodes = list.texts();
    if (nodes.size() > MAX_CONDITIONS) {
      return list.fault("at most " + MAX_CONDITIONS + " conditions", List.of());
    }
    List<Condition> conditions = new ArrayList<>();
    for (Node node : nodes) {
      one(node, about, regexes).ifPresent(conditions::add);
    }
    return conditions;
  }

  /** Compiles a condition. Empty after a fault. */
  public static Optional<Condition> one(Node node, ConditionContext about, RegexCompiler regexes) {
    String text = node.string();
    if (text.isEmpty()) {
      return Optional.empty(); // string() has reported it
    }
    try {
      return Optional.of(Condition.compile(text, about, regexes::compile));
    } catch (OttlException e) {
      return node.fault(String.valueOf(e.getMessage()), Optional.empty());
    }
  }

  /** Returns the texts of conditions joined by OR. */
  public static String shown(List<Condition> conditions) {
    return Words.either(
        conditions.stream().map(c -> "`" + Words.clean(c.text().strip()) + "`").toList());
  }
}
