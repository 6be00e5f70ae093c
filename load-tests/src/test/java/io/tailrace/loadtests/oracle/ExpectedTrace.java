package io.tailrace.loadtests.oracle;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What must become of a trace. There is one outcome, unless the log leaves open what was known when
 * it was decided; whichever it is, it holds for all its spans.
 *
 * @param decidedAt log time of the verdict, Unix milliseconds; empty if the log leaves it open
 * @param spans all that are on the log, in no order
 */
public record ExpectedTrace(Set<Outcome> outcomes, OptionalLong decidedAt, List<Content> spans) {
  boolean mustBeKept() {
    return outcomes.stream().allMatch(Outcome::kept);
  }

  boolean mayBeKept() {
    return outcomes.stream().anyMatch(Outcome::kept);
  }

  /** Whether the log alone does not tell if it is kept. */
  boolean isOpen() {
    return mayBeKept() && !mustBeKept();
  }
}
