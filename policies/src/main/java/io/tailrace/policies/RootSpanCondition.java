package io.tailrace.policies;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.ConditionContext;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.PolicyContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code root_span_condition}: the OTTL condition that a root span meets. */
final class RootSpanCondition {
  private RootSpanCondition() {}

  /** Returns the condition. Null if absent or after a fault. */
  static @Nullable SpanConditions read(Node node, PolicyContext context) {
    return node.present()
        ? ConditionReader.one(node, ConditionContext.SPAN, context.regexes())
            .map(condition -> new SpanConditions(List.of(condition), List.of(), false))
            .orElse(null)
        : null;
  }
}
