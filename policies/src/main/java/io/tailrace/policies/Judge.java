package io.tailrace.policies;

import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.signals.EvaluationTimer;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.slo.PolicyBurns;
import java.util.List;

/**
 * Decides traces with the policies of one {@link PolicySet} and holds the state of their rate
 * limits. Use one instance per stream task. Mutable, not thread-safe.
 */
public final class Judge {
  private final int[] order;
  private final Voter[] voters;
  private final boolean[] drops;
  private final boolean stopsAtFirstMatch;
  private final boolean isWeighted;
  private final boolean hasRules;
  private final Budgets budgets;
  private final Shadows shadows;
  private final Decision decision;
  private final EvaluationTimes times;
  private final EvaluationTimer timer;

  Judge(PolicySet set, Budgets budgets, EvaluationTimer timer) {
    this.timer = timer;
    this.times = set.evaluationTimes();
    this.budgets = budgets;
    this.voters = new Voter[set.policies().size()];
    for (int i = 0; i < voters.length; i++) {
      budgets.slots().belongTo(i, false);
      voters[i] = set.policies().get(i).voter(budgets);
    }
    this.order = set.votingOrder();
    this.drops = new boolean[voters.length];
    for (int i = 0; i < drops.length; i++) {
      drops[i] = set.policies().get(i).drops();
    }
    this.stopsAtFirstMatch = set.sampleOnFirstMatch();
    this.isWeighted = set.useTraceState();
    this.hasRules = set.hasRules();
    this.shadows = new Shadows(set, budgets, timer);
    this.decision = new Decision(set, budgets.subVotes(), shadows.size());
  }

  /**
   * Decides one trace apart from the slots. Rate limits that sample the trace spend tokens.
   * Allocates nothing.
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
    budgets.slots().decideApart();
    return decided(trace, logTimeMillis);
  }

  /**
   * Closes a slot of a set that {@link PolicySet#usesSlots}: its traces compete for the budgets.
   *
   * @param logTimeMillis end of the slot, in milliseconds since the epoch, above that of all
   *     earlier slots
   * @param traces all traces to be decided at the end of the slot
   * @return false if the slot is put off: tokens for its traces are yet to come, and the traces are
   *     to be part of a slot that ends at {@link #notBefore}
   */
  public boolean closeSlot(long logTimeMillis, List<? extends TraceFacts> traces) {
    return closeSlot(logTimeMillis, traces, true);
  }

  boolean closeSlot(long logTimeMillis, List<? extends TraceFacts> traces, boolean mayPutOff) {
    boolean closed =
        budgets
            .slots()
            .close(logTimeMillis, mayPutOff, policy -> ballot(policy, logTimeMillis, traces));
    if (closed) {
      shadows.closeSlot(logTimeMillis, traces);
    }
    return closed;
  }

  /** Returns the end of the slot that was closed last; the least value if none was. */
  public long slotEnd() {
    return budgets.slots().end();
  }

  /** Returns the earliest end of the next slot, in log time; the least value if any will do. */
  public long notBefore() {
    return budgets.slots().notBefore();
  }

  /**
   * Decides a trace of the slot that was closed last. Spends no tokens. Otherwise as {@link
   * #decide}.
   */
  public Decision decideInSlot(TraceFacts trace) {
    return decideInSlot(trace, slotEnd());
  }

  Decision decideInSlot(TraceFacts trace, long logTimeMillis) {
    budgets.slots().decideInSlot();
    return decided(trace, logTimeMillis);
  }

  /** Votes with one policy on all traces for which the vote counts. */
  private void ballot(int policy, long logTimeMillis, List<? extends TraceFacts> traces) {
    if (policy >= voters.length) {
      shadows.ballot(policy - voters.length, logTimeMillis, traces);
      return;
    }
    for (TraceFacts trace : traces) {
      if (reaches(policy, trace, logTimeMillis)) {
        voters[policy].vote(trace, logTimeMillis);
      }
    }
  }

  /** Whether no policy that votes before this one ends the evaluation. */
  private boolean reaches(int policy, TraceFacts trace, long logTimeMillis) {
    for (int i : order) {
      if (i == policy) {
        return true;
      }
      if (drops[i] || stopsAtFirstMatch || hasRules) {
        long vote = voters[i].vote(trace, logTimeMillis);
        if (vote == Votes.DROPPED || endsEvaluation(vote, trace)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean endsEvaluation(long vote, TraceFacts trace) {
    return hasRules
        ? vote != Votes.NO_MATCH
        : stopsAtFirstMatch && Votes.samples(vote, trace.randomness());
  }

  private Decision decided(TraceFacts trace, long logTimeMillis) {
    decision.reset(trace.randomness());
    timer.begin();
    budgets.count(trace, logTimeMillis);
    boolean matched = false;
    for (int i : order) {
      if (matched && voters[i].spends()) {
        continue;
      }
      budgets.slots().count(!matched);
      long vote = voters[i].vote(trace, logTimeMillis);
      timer.lap(times, i);
      if (matched) {
        decision.addThreshold(i, vote);
        continue;
      }
      Vote added = decision.add(i, vote);
      if (added == Vote.DROPPED || (hasRules && vote != Votes.NO_MATCH)) {
        break;
      }
      matched = stopsAtFirstMatch && added == Vote.SAMPLED;
      if (matched && !isWeighted) {
        break;
      }
    }
    if (!shadows.isEmpty()) {
      budgets.slots().count(true);
      shadows.vote(trace, logTimeMillis, decision, timer, times);
    }
    return decision;
  }

  /**
   * Returns the state of all policies with a budget or with keys, in document order, without those
   * of shadows.
   *
   * @param maxKeys greatest number of keys of each policy: those with most traffic
   */
  public List<PolicyBudget> budgets(long logTimeMillis, int maxKeys) {
    return budgets.watches().stream().map(watch -> watch.at(logTimeMillis, maxKeys)).toList();
  }

  /** Returns the same, with the key of this trace only. */
  public List<PolicyBudget> budgetsFor(TraceFacts trace, long logTimeMillis) {
    return budgets.watches().stream().map(watch -> watch.of(trace, logTimeMillis)).toList();
  }

  /** Returns the burn rates of {@code slo_burn} policies, without those of shadows. */
  public List<PolicyBurns> burns(long logTimeMillis) {
    return budgets.burnWatches().stream().map(watch -> watch.at(logTimeMillis)).toList();
  }

  /** Returns the same, with the key of this trace only. */
  public List<PolicyBurns> burnsFor(TraceFacts trace, long logTimeMillis) {
    return budgets.burnWatches().stream().map(watch -> watch.of(trace, logTimeMillis)).toList();
  }

  /** Returns whether a policy of the set has no vote, as this judge has no budgets. */
  public boolean abstains() {
    return budgets.abstains();
  }

  /** Returns whether there is state to save. False if the set has no budget. */
  public boolean hasState() {
    return !budgets.isEmpty();
  }

  /**
   * Returns the state of the budgets, for {@link PolicySet#newJudge}. The first byte is a version.
   */
  public byte[] saveState() {
    return SavedState.write(budgets.save());
  }
}
