package io.tailrace.policies;

/**
 * Decides about traces by the policies of one {@link PolicySet} and holds what their limits have
 * counted. One per stream task; mutable, not thread-safe.
 */
public final class Judge {
  private final int[] order;
  private final Voter[] voters;
  private final boolean stopsAtFirstMatch;
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
    this.shadows = new Shadows(set, budgets, timer);
    this.decision =
        new Decision(voters.length, budgets.subVotes(), set.subPolicyOwners(), shadows.size());
  }

  /**
   * Judges one trace; limits that let it pass have then spent on it. Allocates nothing.
   *
   * <p>Drop policies vote first, wherever they stand, and the first that matches ends it. The
   * others vote in the order of the document. Shadows vote when all is decided.
   *
   * @param logTimeMillis clock of the limits, in milliseconds since the epoch; a value below an
   *     earlier one counts as that one
   * @return an object that is valid until the next call
   */
  public Decision decide(TraceFacts trace, long logTimeMillis) {
    decision.reset();
    timer.begin();
    for (int i : order) {
      Vote vote = voters[i].vote(trace, logTimeMillis);
      timer.lap(times, i);
      decision.add(i, vote);
      if (vote == Vote.DROPPED || (stopsAtFirstMatch && vote == Vote.SAMPLED)) {
        break;
      }
    }
    if (!shadows.isEmpty()) {
      shadows.vote(trace, logTimeMillis, decision, timer, times);
    }
    return decision;
  }

  /** Whether there is anything to save: false if no policy of the set limits a rate. */
  public boolean hasState() {
    return !budgets.isEmpty();
  }

  /** What the limits have counted, for {@link PolicySet#newJudge}. The first byte is a version. */
  public byte[] saveState() {
    return SavedState.write(budgets.save());
  }
}
