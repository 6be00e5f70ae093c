package io.tailrace.policies.budget;

import io.tailrace.policies.adaptive.KeyTraffic;
import io.tailrace.policies.budget.PolicyBudget.KeyRate;
import io.tailrace.policies.budget.PolicyBudget.Learnt;
import io.tailrace.policies.fingerprint.KeyedTrace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state of a policy with a budget or with keys. Changes nothing.
 *
 * @param bucket bucket that pays trace by trace; null without
 * @param slots budgets that are spent in slots; null without
 * @param traffic null without keys
 * @param fingerprint index of the fingerprint; -1 without keys
 */
public record Watch(
    int policy,
    int subPolicy,
    boolean isBytes,
    @Nullable TokenBucket bucket,
    @Nullable SlotBudgets slots,
    @Nullable KeyTraffic traffic,
    int fingerprint) {
  /** Returns the state with the keys of most traffic and the groups with the fewest tokens. */
  public PolicyBudget at(long logTimeMillis, int most) {
    @Nullable SlotBudget shown = slots == null ? null : slots.shown();
    List<KeyRate> top = new ArrayList<>();
    if (traffic != null) {
      traffic.top(
          most, (key, spans, rate) -> top.add(new KeyRate(key, spans, probability(rate, shown))));
    }
    PolicyBudget.@Nullable Groups groups =
        slots instanceof GroupBudgets grouped ? grouped.shortest(most, logTimeMillis) : null;
    return state(shown, logTimeMillis, top, groups);
  }

  /** Returns the state with the key of this trace and the budget of its group. */
  public PolicyBudget of(KeyedTrace trace, long logTimeMillis) {
    @Nullable SlotBudget own = slots == null ? null : slots.of(trace, false);
    if (traffic == null) {
      return state(own, logTimeMillis, List.of(), null);
    }
    long key = trace.fingerprint(fingerprint);
    double probability = probability(traffic.latestProbability(key), own);
    KeyRate rate = new KeyRate(key, traffic.spansPerSecond(key), probability);
    return state(own, logTimeMillis, List.of(rate), null);
  }

  private PolicyBudget state(
      @Nullable SlotBudget slot,
      long logTimeMillis,
      List<KeyRate> keys,
      PolicyBudget.@Nullable Groups groups) {
    @Nullable TokenBucket spent = slot == null ? bucket : slot.bucket();
    return new PolicyBudget(
        policy,
        subPolicy,
        isBytes,
        spent != null ? spent.perSecond() : traffic != null ? traffic.goalPerSecond() : 0,
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
  private static double probability(double weight, @Nullable SlotBudget slot) {
    if (slot == null) {
      return weight;
    }
    return Thresholds.probability(slot.threshold(weight, 0));
  }
}
