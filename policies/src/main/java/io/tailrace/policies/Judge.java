package io.tailrace.policies;

/**
 * Decides traces with the policies of one {@link PolicySet} and holds the state of their rate
 * limits. Use one instance per stream task. Mutable, not thread-safe.
 */
public final class Judge {
  private final int[] order;
  private final Voter[] voters;
  private final boolean stopsAtFirstMatch;
  private final boolean isWeighted;
  private final Budgets budgets;
  private final Shadows shadows;
  private final Decision decision;
  private final EvaluationTimes times;
  private final EvaluationTimer timer;

  Judge(PolicySet set, Budgets budgets, EvaluationTimer timer) {
    this.timer = timer;
    this.times = set.evaluationTimes();
    this.budgets = budgets;
    this.voters = set.policies().stream().map(p -> p.voter(budgets)).toArray(Voter[]::new);
    this.order = set.votingOrder();
    this.stopsAtFirstMatch = set.sampleOnFirstMatch();
    this.isWeighted = set.useTraceState();
    this.shadows = new Shadows(set, budgets, timer);
    this.decision = new Decision(set, budgets.subVotes(), shadows.size());
  }

  /**
   * Decides one trace. Rate limits that sample the trace spend tokens. Allocates nothing.
   *
   * <p>{@code drop} policies vote first, regardless of their position; the first match ends the
   * evaluation. The other policies vote in document order. Shadows vote last. With {@code
   * sample_on_first_match}, policies after the first match do not vote, but their thresholds count:
   * otherwise the adjusted counts of traces that several policies can sample would be too high.
   *
   * @param logTimeMillis log time for rate limits, in milliseconds since the epoch. A value lower
   *     than an earlier one counts as the earlier one.
   * @return a decision that is valid until the next call
   */
  public Decision decide(TraceFacts trace, long logTimeMillis) {
    decision.reset(trace.randomness());
    timer.begin();
    boolean matched = false;
    for (int i : order) {
      if (matched && voters[i].spends()) {
        continue;
      }
      long vote = voters[i].vote(trace, logTimeMillis);
      timer.lap(times, i);
      if (matched) {
        decision.addThreshold(i, vote);
        continue;
      }
      Vote added = decision.add(i, vote);
      if (added == Vote.DROPPED) {
        break;
      }
      matched = stopsAtFirstMatch && added == Vote.SAMPLED;
      if (matched && !isWeighted) {
        break;
      }
    }
    if (!shadows.isEmpty()) {
      shadows.vote(trace, logTimeMillis, decision, timer, times);
    }
    return decision;
  }

  /** Returns whether there is state to save. False if the set has no rate limit. */
  public boolean hasState() {
    return !budgets.isEmpty();
  }

  /**
   * Returns the state of the rate limits, for {@link PolicySet#newJudge}. The first byte is a
   * version.
   */
  public byte[] saveState() {
    return SavedState.write(budgets.save());
  }
}
