package io.tailrace.policies;

import java.util.List;
import java.util.function.Predicate;

/** One policy as configured. Immutable; what it counts lives in the voter it makes. */
interface Policy {
  /** A voter of its own for one judge. */
  Voter voter(Budgets budgets);

  /**
   * What it samples, in words: a clause about a trace such as {@code a span has status ERROR},
   * which also reads well within "not (…)". Lines after the first, if any, stand below it.
   */
  String description();

  /** What it samples, as far as that can be told beforehand. */
  default Extent extent() {
    return new Extent.Own(this);
  }

  /**
   * What its author surely did not mean, as the end of a line that begins with its name: such as
   * {@code .spans_per_second: 0 (expected: …)}.
   */
  default List<String> doubts() {
    return List.of();
  }

  /** Whether it can veto: such policies vote before all others. */
  default boolean drops() {
    return false;
  }

  /** Names of the policies within it whose votes are told, in the order in which it asks them. */
  default List<String> subPolicyNames() {
    return List.of();
  }

  /** A policy that keeps nothing between traces. */
  static Policy when(String description, Extent extent, Predicate<TraceFacts> samples) {
    return voting(
        description,
        extent,
        (trace, logTime) -> samples.test(trace) ? Vote.SAMPLED : Vote.NOT_SAMPLED);
  }

  /** As {@link #when}, of a voter that all judges can share. */
  static Policy voting(String description, Extent extent, Voter shared) {
    return new Policy() {
      @Override
      public Voter voter(Budgets budgets) {
        return shared;
      }

      @Override
      public String description() {
        return description;
      }

      @Override
      public Extent extent() {
        return extent;
      }
    };
  }
}
