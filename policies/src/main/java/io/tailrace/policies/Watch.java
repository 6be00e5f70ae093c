package io.tailrace.policies;

import io.tailrace.policies.PolicyBudget.KeyRate;
import io.tailrace.policies.PolicyBudget.Learnt;
import io.tailrace.policies.adaptive.KeyTraffic;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the state of a policy with a budget or with keys. Changes nothing.
 *
 * @param bucket null without a budget
 * @param slot null if the budget is not spent in slots
 * @param traffic null without keys
 * @param fingerprint index of the fingerprint; -1 without keys
 */
record Watch(
    int policy,
    int subPolicy,
    boolean isBytes,
    double perSecond,
    TokenBucket bucket,
    SlotBudget slot,
    KeyTraffic traffic,
    int fingerprint) {
  /** Returns the state with the keys of most traffic. */
  PolicyBudget at(long logTimeMillis, int maxKeys) {
    List<KeyRate> top = new ArrayList<>();
    if (traffic != null) {
      traffic.top(
          maxKeys, (key, spans, rate) -> top.add(new KeyRate(key, spans, probability(rate))));
    }
    return state(logTimeMillis, top);
  }

  /** Returns the state with the key of this trace. */
  PolicyBudget of(TraceFacts trace, long logTimeMillis) {
    if (traffic == null) {
      return state(logTimeMillis, List.of());
    }
    long key = trace.fingerprint(fingerprint);
    double probability = probability(traffic.latestProbability(key));
    return state(
        logTimeMillis, List.of(new KeyRate(key, traffic.spansPerSecond(key), probability)));
  }

  private PolicyBudget state(long logTimeMillis, List<KeyRate> keys) {
    return new PolicyBudget(
        policy,
        subPolicy,
        isBytes,
        traffic == null || bucket != null ? perSecond : traffic.goalPerSecond(),
        bucket == null ? Double.NaN : bucket.level(logTimeMillis),
        slot == null ? -1 : slot.threshold(1, 0),
        traffic == null
            ? null
            : new Learnt(
                fingerprint,
                traffic.keys(),
                traffic.otherSpansPerSecond(),
                probability(traffic.otherProbability()),
                List.copyOf(keys)));
  }

  /** Returns the probability of traces of this weight. */
  private double probability(double weight) {
    if (slot == null) {
      return weight;
    }
    return 1 - (double) slot.threshold(weight, 0) / Votes.NEVER;
  }
}
