package io.tailrace.loadtests.bench.flow;

/** Benchmark scenarios. */
public enum Scenario {
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

  /** Returns the name in tables. */
  public String title() {
    return title;
  }

  /** Returns whether it reads keyed records of single traces. */
  public boolean keyedInput() {
    return keyedInput;
  }

  /** Returns whether it measures Tailrace and not the floor. */
  boolean tailrace() {
    return tailrace;
  }

  /** Returns the name of the policy document. */
  String policies() {
    return policies;
  }
}
