package io.tailrace.policies.policy;

import io.tailrace.policies.budget.SlotBudget;
import io.tailrace.policies.budget.SlotBudgets;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.budget.TokenBucket;
import java.util.function.ToLongFunction;

/** Votes by a budget that is spent in slots. Its vote is a threshold, apart from the first slot. */
public final class SlotLimiter implements Voter {
  private final Slots slots;
  private final int place;
  private final SlotBudgets budgets;
  private final ToLongFunction<TraceFacts> cost;

  /**
   * @param place place of the budgets in the slots
   */
  public SlotLimiter(Slots slots, int place, SlotBudgets budgets, ToLongFunction<TraceFacts> cost) {
    this.slots = slots;
    this.place = place;
    this.budgets = budgets;
    this.cost = cost;
  }

  @Override
  public boolean spends() {
    return slots.phase() != Slots.Phase.DECIDE;
  }

  @Override
  public long vote(TraceFacts trace, long logTimeMillis) {
    return vote(trace, 1, logTimeMillis);
  }

  /**
   * Votes on a trace.
   *
   * @param weight probability of the trace relative to others
   */
  public long vote(TraceFacts trace, double weight, long logTimeMillis) {
    long tokens = cost.applyAsLong(trace);
    return switch (slots.phase()) {
      case SEQUENTIAL -> inSequence(budgets.of(trace, true), tokens, logTimeMillis);
      case COMPETE -> compete(trace, weight, tokens);
      case APART -> apart(trace, weight, tokens, logTimeMillis);
      case DECIDE -> budgets.of(trace, false).threshold(weight, tokens);
    };
  }

  private static long inSequence(SlotBudget budget, long tokens, long logTimeMillis) {
    TokenBucket bucket = budget.bucket();
    if (!bucket.holds(tokens, logTimeMillis)) {
      return Votes.NOT_BY_CHANCE;
    }
    bucket.take((double) tokens);
    return Votes.BY_CHANCE;
  }

  private long compete(TraceFacts trace, double weight, long tokens) {
    if (slots.isCompeting(place)) {
      budgets.of(trace, true).compete(trace.randomness(), weight, tokens);
      return Votes.NEVER;
    }
    return slots.isSettled(place)
        ? budgets.of(trace, false).threshold(weight, tokens)
        : Votes.NEVER;
  }

  private long apart(TraceFacts trace, double weight, long tokens, long logTimeMillis) {
    SlotBudget budget = budgets.of(trace, true);
    long threshold = budget.threshold(weight, tokens);
    if (Votes.samples(threshold, trace.randomness())) {
      budget.payApart(tokens, logTimeMillis);
    }
    return threshold;
  }
}
