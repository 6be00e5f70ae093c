package io.tailrace.loadtests.bench.flow;

/** What is measured. */
enum Scenario {
  FLOOR("floor", true, false, "bench-default"),
  KEYED("keyed", true, true, "bench-default"),
  POLICIES("policies", true, true, "bench-twenty"),
  FLOOR_MIXED("floor-mixed", false, false, "bench-default"),
  UNKEYED("unkeyed", false, true, "bench-default");

  private final String title;
  private final boolean keyedInput;
  private final boolean tailrace;
  private final String policies;

  Scenario(String title, boolean keyedInput, boolean tailrace, String policies) {
    this.title = title;
    this.keyedInput = keyedInput;
    this.tailrace = tailrace;
    this.policies = policies;
  }

  /** As it is called in tables. */
  String title() {
    return title;
  }

  /** Whether it reads records of single traces with a key, or mixed ones. */
  boolean keyedInput() {
    return keyedInput;
  }

  /** Whether it is Tailrace, and not the floor. */
  boolean tailrace() {
    return tailrace;
  }

  /** Name of its policy document. */
  String policies() {
    return policies;
  }
}
