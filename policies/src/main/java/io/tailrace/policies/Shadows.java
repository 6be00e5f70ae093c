package io.tailrace.policies;

import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.signals.EvaluationTimer;
import io.tailrace.policies.signals.EvaluationTimes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable OtherSet other;

  /**
   * The shadow set and its judge.
   *
   * @param facts view of the trace that the judge decides
   */
  private record OtherSet(ShadowSet set, Judge judge, ShadowFacts facts) {}

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
    other =
        shadow == null
            ? null
            : new OtherSet(
                shadow,
                new Judge(shadow.set(), budgets.beside(SET), timer.another()),
                new ShadowFacts(shadow));
  }

  int size() {
    return voters.length;
  }

  boolean isEmpty() {
    return voters.length == 0 && other == null;
  }

  /** Votes with one shadow policy on all traces. */
  void ballot(int shadow, long logTimeMillis, List<? extends TraceFacts> traces) {
    for (TraceFacts trace : traces) {
      voters[shadow].vote(trace, logTimeMillis);
    }
  }

  /** Closes a slot of the shadow set. It puts off no slot. */
  void closeSlot(long logTimeMillis, List<? extends TraceFacts> traces) {
    if (other == null || other.judge.slotEnd() == logTimeMillis) {
      return; // closed before a restart
    }
    List<TraceFacts> seen = new ArrayList<>(traces.size());
    for (TraceFacts trace : traces) {
      seen.add(new ShadowFacts(other.set).of(trace));
    }
    other.judge.closeSlot(logTimeMillis, seen, false);
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
    if (other != null) {
      Judge judge = other.judge;
      TraceFacts facts = other.facts.of(trace);
      boolean inSlot = slots.phase() == Slots.Phase.DECIDE;
      decision.setShadow(
          inSlot ? judge.decideInSlot(facts, logTimeMillis) : judge.decide(facts, logTimeMillis));
      timer.lap(times, firstSlot + voters.length);
    }
  }
}
