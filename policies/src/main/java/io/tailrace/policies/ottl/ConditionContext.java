package io.tailrace.policies.ottl;

/** What a condition is about, and so what its paths without a prefix mean. */
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
