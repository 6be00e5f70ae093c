package io.tailrace.policies;

/**
 * Evaluates shadow policies and the shadow set of a judge. Their votes do not affect decisions. Not
 * thread-safe.
 */
final class Shadows {
  private static final String SET = "shadow set";

  private final Voter[] voters;
  private final boolean[] drops;
  private final int firstSlot;
  private final Judge set;
  private final ShadowFacts facts;

  Shadows(PolicySet of, Budgets budgets, EvaluationTimer timer) {
    voters = of.shadows().stream().map(p -> p.voter(budgets)).toArray(Voter[]::new);
    drops = new boolean[voters.length];
    for (int i = 0; i < drops.length; i++) {
      drops[i] = of.shadows().get(i).drops();
    }
    firstSlot = of.policies().size();
    ShadowSet shadow = of.shadow();
    set = shadow == null ? null : new Judge(shadow.set(), budgets.beside(SET), timer.another());
    facts = shadow == null ? null : new ShadowFacts(shadow);
  }

  int size() {
    return voters.length;
  }

  boolean isEmpty() {
    return voters.length == 0 && set == null;
  }

  /**
   * Adds the votes of the shadows to a decision. If the trace is dropped, only shadow {@code drop}
   * policies are evaluated, as for active policies.
   */
  void vote(
      TraceFacts trace,
      long logTimeMillis,
      Decision decision,
      EvaluationTimer timer,
      EvaluationTimes times) {
    boolean dropped = decision.outcome() == Decision.Outcome.DROPPED;
    for (int i = 0; i < voters.length; i++) {
      if (!dropped || drops[i]) {
        decision.addShadow(i, voters[i].vote(trace, logTimeMillis));
        timer.lap(times, firstSlot + i);
      }
    }
    if (set != null) {
      decision.setShadow(set.decide(facts.of(trace), logTimeMillis));
      timer.lap(times, firstSlot + voters.length);
    }
  }
}
