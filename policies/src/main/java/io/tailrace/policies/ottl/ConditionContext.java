package io.tailrace.policies.ottl;

/** Context of a condition. Determines the meaning of paths without a prefix. */
public enum ConditionContext {
  SPAN("span"),
  SPAN_EVENT("spanevent");

  private final String prefix;

  ConditionContext(String prefix) {
    this.prefix = prefix;
  }

  String prefix() {
    return prefix;
  }
}
