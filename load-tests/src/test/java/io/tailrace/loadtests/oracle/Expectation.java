package io.tailrace.loadtests.oracle;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the export and the dead letters of a log must be. */
public record Expectation(Map<String, ExpectedTrace> traces, Set<Position> deadLetters) {
  /** Ids of the traces that must be kept. */
  public Set<String> kept() {
    Set<String> kept = new TreeSet<>();
    traces.forEach(
        (id, trace) -> {
          if (trace.mustBeKept()) {
            kept.add(id);
          }
        });
    return kept;
  }

  /** How many traces may be kept or not, but whole; a good run has few. */
  public long open() {
    return traces.values().stream().filter(ExpectedTrace::isOpen).count();
  }

  /** How many spans the traces have that must be kept. */
  public long keptSpans() {
    return traces.values().stream()
        .filter(ExpectedTrace::mustBeKept)
        .mapToLong(trace -> trace.spans().size())
        .sum();
  }

  @Override
  public String toString() {
    return "%d traces, %d must be kept with %d spans, %d may; %d dead letters"
        .formatted(traces.size(), kept().size(), keptSpans(), open(), deadLetters.size());
  }
}
