package io.tailrace.topology.convert;

import io.tailrace.policies.document.Node;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Reads values without faults of the document. */
final class Plain {
  private Plain() {}

  static Optional<String> text(Node node) {
    Object value = node.plain();
    return value == null || node.isMapping() || value instanceof List<?>
        ? Optional.empty()
        : Optional.of(String.valueOf(value));
  }

  static List<Node> list(Node node) {
    return node.plain() instanceof List<?> ? node.list() : List.of();
  }

  static boolean isTrue(Node node) {
    return Boolean.TRUE.equals(node.plain());
  }

  static Optional<BigDecimal> positive(Node node) {
    Object value = node.plain();
    return value instanceof Number number && number.doubleValue() > 0
        ? Optional.of(new BigDecimal(number.toString()))
        : Optional.empty();
  }
}
