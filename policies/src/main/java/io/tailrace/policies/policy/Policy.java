package io.tailrace.policies.policy;

import java.util.List;
import java.util.function.Predicate;

/** A configured policy. Immutable. Its voters hold the state of rate limits. */
public interface Policy {
  /** Creates a voter for one judge. */
  Voter voter(Budgets budgets);

  /**
   * Describes the traces that it samples as a clause such as {@code a span has status ERROR}. The
   * clause must also read well within "not (…)". May have several lines.
   */
  String description();

  /** Returns the traces that it samples, as far as its settings determine them. */
  default Extent extent() {
    return new Extent.Own(this);
  }

  /**
   * Returns probable mistakes, as text to append to the policy's name: for example {@code
   * .spans_per_second: 0 (expected: …)}.
   */
  default List<String> doubts() {
    return List.of();
  }

  /** Returns whether it can drop a trace. Such policies vote before all others. */
  default boolean drops() {
    return false;
  }

  /** Returns the names of the sub-policies whose votes are reported, in evaluation order. */
  default List<String> subPolicyNames() {
    return List.of();
  }

  /** Returns the index of the fingerprint by which it samples, or -1. */
  default int fingerprintIndex() {
    return -1;
  }

  /** Creates a policy without state. */
  static Policy when(String description, Extent extent, Predicate<TraceFacts> samples) {
    return voting(description, extent, (trace, logTime) -> Votes.ofContent(samples.test(trace)));
  }

  /** Creates a policy with one voter that all judges share. */
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
