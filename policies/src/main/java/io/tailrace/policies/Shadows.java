package io.tailrace.policies;

import io.tailrace.policies.budget.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates shadow policies and the shadow set of a judge. Their votes do not affect decisions. Not
 * thread-safe.
 */
final class Shadows {
  private static final String SET = "shadow set";

  private final Slots slots;
  private final Voter[] voters;
  private final boolean[] drops;
  private final int firstSlot;
  private final Judge set;
  private final ShadowSet shadowSet;
  private final ShadowFacts facts;

  Shadows(PolicySet of, Budgets budgets, EvaluationTimer timer) {
    slots = budgets.slots();
    firstSlot = of.policies().size();
    voters = new Voter[of.shadows().size()];
    for (int i = 0; i < voters.length; i++) {
      slots.belongTo(firstSlot + i, true);
      voters[i] = of.shadows().get(i).voter(budgets);
    }
    drops = new boolean[voters.length];
    for (int i = 0; i < drops.length; i++) {
      drops[i] = of.shadows().get(i).drops();
    }
    ShadowSet shadow = of.shadow();
    set = shadow == null ? null : new Judge(shadow.set(), budgets.beside(SET), timer.another());
    shadowSet = shadow;
    facts = shadow == null ? null : new ShadowFacts(shadow);
  }

  int size() {
    return voters.length;
  }

  boolean isEmpty() {
    return voters.length == 0 && set == null;
  }

  /** Votes with one shadow policy on all traces. */
  void ballot(int shadow, long logTimeMillis, List<? extends TraceFacts> traces) {
    for (TraceFacts trace : traces) {
      voters[shadow].vote(trace, logTimeMillis);
    }
  }

  /** Closes a slot of the shadow set. It puts off no slot. */
  void closeSlot(long logTimeMillis, List<? extends TraceFacts> traces) {
    if (set == null || set.slotEnd() == logTimeMillis) {
      return; // closed before a restart
    }
    List<TraceFacts> seen = new ArrayList<>(traces.size());
    for (TraceFacts trace : traces) {
      seen.add(new ShadowFacts(shadowSet).of(trace));
    }
    set.closeSlot(logTimeMillis, seen, false);
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
      facts.of(trace);
      boolean inSlot = slots.phase() == Slots.Phase.DECIDE;
      decision.setShadow(
          inSlot ? set.decideInSlot(facts, logTimeMillis) : set.decide(facts, logTimeMillis));
      timer.lap(times, firstSlot + voters.length);
    }
  }
}
