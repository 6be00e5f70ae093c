package io.tailrace.loadtests.oracle;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Required outcome of a trace. There is one, unless the log does not determine the state at the
 * decision. The outcome holds for all its spans.
 *
 * @param decidedAt log time of the verdict, Unix milliseconds; empty if undetermined
 * @param canTurn whether late spans can turn the first verdict, which did not keep the trace
 * @param spans all spans on the log, in no order
 */
public record ExpectedTrace(
    Set<Outcome> outcomes, OptionalLong decidedAt, boolean canTurn, List<Content> spans) {
  /** Returns what is required of a trace after a successful request to keep it. */
  public ExpectedTrace keptOnRequest() {
    return new ExpectedTrace(Set.of(Outcome.KEPT_SOMEHOW), OptionalLong.empty(), canTurn, spans);
  }

  /** Whether each possible outcome keeps the trace. */
  public boolean mustBeKept() {
    return outcomes.stream().allMatch(Outcome::kept);
  }

  /** Whether any possible outcome keeps the trace. */
  public boolean mayBeKept() {
    return outcomes.stream().anyMatch(Outcome::kept);
  }

  /** Returns whether this verdict is one of the outcomes. */
  boolean allows(Outcome verdict) {
    return outcomes.contains(verdict)
        || (verdict.kept() && outcomes.contains(Outcome.KEPT_SOMEHOW));
  }

  /** Returns whether the log does not determine the outcome. */
  public boolean isOpen() {
    return mayBeKept() && !mustBeKept();
  }
}
