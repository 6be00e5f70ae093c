package io.tailrace.policies;

import io.tailrace.policies.PolicyBudget.KeyRate;
import io.tailrace.policies.PolicyBudget.Learnt;
import io.tailrace.policies.adaptive.KeyTraffic;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the state of a policy with a budget or with keys. Changes nothing.
 *
 * @param bucket bucket that pays trace by trace; null without
 * @param slots budgets that are spent in slots; null without
 * @param traffic null without keys
 * @param fingerprint index of the fingerprint; -1 without keys
 */
record Watch(
    int policy,
    int subPolicy,
    boolean isBytes,
    TokenBucket bucket,
    SlotBudgets slots,
    KeyTraffic traffic,
    int fingerprint) {
  /** Returns the state with the keys of most traffic and the groups with the fewest tokens. */
  PolicyBudget at(long logTimeMillis, int most) {
    SlotBudget shown = slots == null ? null : slots.shown();
    List<KeyRate> top = new ArrayList<>();
    if (traffic != null) {
      traffic.top(
          most, (key, spans, rate) -> top.add(new KeyRate(key, spans, probability(rate, shown))));
    }
    PolicyBudget.Groups groups =
        slots instanceof GroupBudgets grouped ? grouped.shortest(most, logTimeMillis) : null;
    return state(shown, logTimeMillis, top, groups);
  }

  /** Returns the state with the key of this trace and the budget of its group. */
  PolicyBudget of(TraceFacts trace, long logTimeMillis) {
    SlotBudget own = slots == null ? null : slots.of(trace, false);
    if (traffic == null) {
      return state(own, logTimeMillis, List.of(), null);
    }
    long key = trace.fingerprint(fingerprint);
    double probability = probability(traffic.latestProbability(key), own);
    KeyRate rate = new KeyRate(key, traffic.spansPerSecond(key), probability);
    return state(own, logTimeMillis, List.of(rate), null);
  }

  private PolicyBudget state(
      SlotBudget slot, long logTimeMillis, List<KeyRate> keys, PolicyBudget.Groups groups) {
    TokenBucket spent = slot == null ? bucket : slot.bucket();
    return new PolicyBudget(
        policy,
        subPolicy,
        isBytes,
        spent == null ? traffic.goalPerSecond() : spent.perSecond(),
        spent == null ? Double.NaN : spent.level(logTimeMillis),
        slot == null ? -1 : slot.threshold(1, 0),
        traffic == null
            ? null
            : new Learnt(
                fingerprint,
                traffic.keys(),
                traffic.otherSpansPerSecond(),
                probability(traffic.otherProbability(), slot),
                List.copyOf(keys)),
        groups);
  }

  /** Returns the probability of traces of this weight. */
  private static double probability(double weight, SlotBudget slot) {
    if (slot == null) {
      return weight;
    }
    return 1 - (double) slot.threshold(weight, 0) / Votes.NEVER;
  }
}
