package io.tailrace.loadtests.oracle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares the decision stream with what it must be. Exactly once: one verdict on each trace, kept
 * or not, of the time that the log says; and a second one that keeps it, if late spans can turn the
 * first. At least once: verdicts may come again.
 */
public final class DecisionVerifier {
  private final Expectation expectation;
  private final Guarantee guarantee;

  public DecisionVerifier(Expectation expectation, Guarantee guarantee) {
    this.expectation = expectation;
    this.guarantee = guarantee;
  }

  /** Whether each trace has a decision, and one that keeps it if late spans turn the first. */
  public boolean isComplete(Collection<DecisionRecord> came) {
    Set<String> decided = came.stream().map(DecisionRecord::traceId).collect(Collectors.toSet());
    Set<String> kept =
        came.stream()
            .filter(DecisionRecord::kept)
            .map(DecisionRecord::traceId)
            .collect(Collectors.toSet());
    return expectation.traces().keySet().equals(decided)
        && expectation.traces().entrySet().stream()
            .filter(trace -> trace.getValue().canTurn() && trace.getValue().mustBeKept())
            .allMatch(trace -> kept.contains(trace.getKey()));
  }

  /**
   * All that is wrong, each with its trace id; empty if nothing is.
   *
   * @param drained whether everything has been decided
   */
  public List<String> differences(Collection<DecisionRecord> came, boolean drained) {
    Map<String, List<DecisionRecord>> byTrace = new TreeMap<>();
    came.forEach(
        record -> byTrace.computeIfAbsent(record.traceId(), id -> new ArrayList<>()).add(record));
    List<String> differences = new ArrayList<>();
    byTrace.keySet().stream()
        .filter(id -> !expectation.traces().containsKey(id))
        .forEach(id -> differences.add("trace " + id + " was decided and never written"));
    expectation
        .traces()
        .forEach(
            (id, trace) -> {
              List<DecisionRecord> decisions = toCompare(byTrace.getOrDefault(id, List.of()));
              if (decisions.size() == 1) {
                compare(id, trace, decisions.get(0), drained, differences);
              } else if (decisions.size() == 2
                  && trace.canTurn()
                  && !decisions.get(0).kept()
                  && decisions.get(1).kept()) {
                decisions.forEach(decision -> compareTime(id, trace, decision, differences));
              } else if (drained || !decisions.isEmpty()) {
                differences.add(
                    "trace %s has decisions %s (expected: one)".formatted(id, decisions));
              }
            });
    return differences;
  }

  /** All decisions; at least once, without repetitions, those that keep the trace at the end. */
  private List<DecisionRecord> toCompare(List<DecisionRecord> came) {
    return guarantee == Guarantee.EXACTLY_ONCE
        ? came
        : came.stream().distinct().sorted(Comparator.comparing(DecisionRecord::kept)).toList();
  }

  private static void compare(
      String id,
      ExpectedTrace expected,
      DecisionRecord decision,
      boolean drained,
      List<String> differences) {
    boolean mayTurnYet = expected.canTurn() && !drained;
    boolean isPossible =
        decision.kept() ? expected.mayBeKept() : mayTurnYet || !expected.mustBeKept();
    if (!isPossible) {
      differences.add("trace %s: %s (expected: %s)".formatted(id, decision, expected.outcomes()));
    }
    compareTime(id, expected, decision, differences);
  }

  private static void compareTime(
      String id, ExpectedTrace expected, DecisionRecord decision, List<String> differences) {
    if (expected.decidedAt().isPresent()
        && decision.decidedAt() != expected.decidedAt().getAsLong()) {
      differences.add(
          "trace %s: %s (expected: at %d)"
              .formatted(id, decision, expected.decidedAt().getAsLong()));
    }
  }
}
