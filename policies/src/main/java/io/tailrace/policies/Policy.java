package io.tailrace.policies;

import java.util.function.Predicate;

/** One policy as configured. Immutable; what it counts lives in the voter it makes. */
interface Policy {
  /** A voter of its own for one judge. */
  Voter voter(Budgets budgets);

  /** Whether it can veto: such policies vote before all others. */
  default boolean drops() {
    return false;
  }

  /** A policy that keeps nothing between traces. */
  static Policy when(Predicate<TraceFacts> samples) {
    Voter voter = (trace, logTime) -> samples.test(trace) ? Vote.SAMPLED : Vote.NOT_SAMPLED;
    return budgets -> voter;
  }
}
