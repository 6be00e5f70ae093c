package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.SlotBudget;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.SlotLimiter;
import io.tailrace.policies.policy.SubVotes;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Votes of a {@code composite} policy whose budgets are spent in slots: the least threshold of its
 * sub-policies. The threshold of a sub-policy is the greater one of its own and of its budget.
 */
final class CompositeInSlots implements Voter {
  private final Slots slots;
  private final Voter sequence;
  private final Voter[] voters;
  private final SlotLimiter[] limiters;
  private final SubVotes subVotes;
  private final int first;

  private CompositeInSlots(
      Slots slots,
      Voter sequence,
      List<Voter> voters,
      List<SlotLimiter> limiters,
      SubVotes subVotes,
      int first) {
    this.slots = slots;
    this.sequence = sequence;
    this.voters = voters.toArray(Voter[]::new);
    this.limiters = limiters.toArray(SlotLimiter[]::new);
    this.subVotes = subVotes;
    this.first = first;
  }

  /**
   * @param first index of the first sub-policy in the votes of sub-policies
   */
  static CompositeInSlots of(CompositePolicy policy, Budgets budgets, int first) {
    Slots slots = budgets.slots();
    SlotBudget all = budget(budgets, policy.stateKey(), policy.total(), null);
    slots.addShared(all);
    budgets.show(false, all.bucket());
    List<Voter> voters = new ArrayList<>();
    List<SlotLimiter> limiters = new ArrayList<>();
    List<CompositeSequence.Payer> payers = new ArrayList<>();
    for (Composite.Allotted sub : policy.policies()) {
      Voter voter = sub.policy().voter(budgets);
      SlotBudget budget = budget(budgets, sub.stateKey(), sub.spans(), all);
      int place = slots.add(budget, all);
      budgets.show(first + limiters.size(), false, budget);
      voters.add(voter);
      limiters.add(new SlotLimiter(slots, place, budget, TraceFacts::spanCount));
      payers.add(new CompositeSequence.Payer(voter, budget.bucket()));
    }
    Voter sequence = new CompositeSequence(all.bucket(), payers, budgets.subVotes(), first);
    return new CompositeInSlots(slots, sequence, voters, limiters, budgets.subVotes(), first);
  }

  private static SlotBudget budget(
      Budgets budgets, String key, long spans, @Nullable SlotBudget around) {
    return budgets.strictBudget(key, spans, spans, Budgets.EACH_SECOND, around);
  }

  @Override
  public boolean spends() {
    return slots.phase() != Slots.Phase.DECIDE;
  }

  @Override
  public long vote(TraceFacts trace, long logTimeMillis) {
    if (slots.phase() == Slots.Phase.SEQUENTIAL) {
      return sequence.vote(trace, logTimeMillis);
    }
    long randomness = trace.randomness();
    long least = Votes.NEVER;
    boolean byChance = false;
    boolean isSampled = false;
    for (int i = 0; i < voters.length; i++) {
      long vote = voters[i].vote(trace, logTimeMillis);
      if (vote == Votes.ERROR && !isSampled) {
        subVotes.note(first + i, Vote.ERROR);
        return Votes.ERROR;
      }
      boolean samples = Votes.samples(vote, randomness);
      if (spends() && !samples) {
        subVotes.note(first + i, Votes.of(vote, randomness));
        continue; // it does not compete for the budget
      }
      long limit = limiters[i].vote(trace, logTimeMillis);
      boolean affords = Votes.samples(limit, randomness);
      if (!isSampled) {
        subVotes.note(
            first + i, samples && !affords ? Vote.NOT_EVALUATED : Votes.of(vote, randomness));
      }
      isSampled |= samples && affords;
      byChance |= !Votes.isThreshold(vote);
      least = Math.min(least, Math.max(vote, limit));
      if (isSampled && spends()) {
        break; // it does not compete for the budgets of the others
      }
    }
    if (byChance) {
      return Votes.byChance(isSampled);
    }
    return least;
  }
}
