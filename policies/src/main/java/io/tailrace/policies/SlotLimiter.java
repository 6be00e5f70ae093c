package io.tailrace.policies;

import java.util.function.ToLongFunction;

/** Votes by a budget that is spent in slots. Its vote is a threshold, apart from the first slot. */
final class SlotLimiter implements Voter {
  private final Slots slots;
  private final SlotBudget budget;
  private final ToLongFunction<TraceFacts> cost;

  SlotLimiter(Slots slots, SlotBudget budget, ToLongFunction<TraceFacts> cost) {
    this.slots = slots;
    this.budget = budget;
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
  long vote(TraceFacts trace, double weight, long logTimeMillis) {
    long tokens = cost.applyAsLong(trace);
    return switch (slots.phase()) {
      case SEQUENTIAL -> inSequence(tokens, logTimeMillis);
      case COMPETE -> compete(trace, weight, tokens);
      case APART -> apart(trace, weight, tokens, logTimeMillis);
      case DECIDE -> budget.threshold(weight, tokens);
    };
  }

  private long inSequence(long tokens, long logTimeMillis) {
    TokenBucket bucket = budget.bucket();
    if (!bucket.holds(tokens, logTimeMillis)) {
      return Votes.NOT_BY_CHANCE;
    }
    bucket.take((double) tokens);
    return Votes.BY_CHANCE;
  }

  private long compete(TraceFacts trace, double weight, long tokens) {
    if (slots.isCompeting(budget)) {
      budget.compete(trace.randomness(), weight, tokens);
      return Votes.NEVER;
    }
    return slots.isSettled(budget) ? budget.threshold(weight, tokens) : Votes.NEVER;
  }

  private long apart(TraceFacts trace, double weight, long tokens, long logTimeMillis) {
    long threshold = budget.threshold(weight, tokens);
    if (Votes.samples(threshold, trace.randomness())) {
      budget.payApart(tokens, logTimeMillis);
    }
    return threshold;
  }
}
