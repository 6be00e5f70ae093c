package io.tailrace.policies.budget;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a policy with a budget or with keys at one time, for people. All rates are those of one
 * judge: its share of what the document says. Immutable.
 *
 * @param policy index in {@link PolicySet#policyNames}
 * @param subPolicy index in {@link PolicySet#subPolicyNames}; -1 if it is the whole policy
 * @param isBytes whether its unit is bytes; otherwise spans
 * @param goal units to keep per second of log time, at least 0
 * @param tokens units that it can spend now, negative after a debt; NaN without a budget
 * @param threshold threshold of the last slot for a trace of weight 1; -1 if it has none
 * @param learnt what it has learnt; null if it has no keys
 * @param groups budgets of groups of traces; null if it has none. The other fields are then those
 *     of the budget that all groups above the bound share
 */
public record PolicyBudget(
    int policy,
    int subPolicy,
    boolean isBytes,
    double goal,
    double tokens,
    long threshold,
    @Nullable Learnt learnt,
    @Nullable Groups groups) {
  /**
   * What a policy has learnt.
   *
   * @param fingerprint index in {@link Signals#fingerprints}
   * @param keys number of keys with a rate of their own
   * @param others spans per second of all other keys
   * @param otherProbability probability of those
   * @param top some keys, those with most traffic first
   */
  public record Learnt(
      int fingerprint, int keys, double others, double otherProbability, List<KeyRate> top) {}

  /**
   * A key.
   *
   * @param hash hash of the fingerprint
   * @param spansPerSecond its traffic; 0 if it has no rate of its own
   * @param probability sampling probability, in [0, 1]: that of the last slot if there are slots
   */
  public record KeyRate(long hash, double spansPerSecond, double probability) {}

  /**
   * Budgets of groups of traces.
   *
   * @param count number of groups with a budget of their own
   * @param shortest some groups, those with the fewest tokens for their goal first
   */
  public record Groups(int count, List<Group> shortest) {}

  /**
   * Budget of a group.
   *
   * @param hash hash of the fingerprint
   * @param goal units to keep per second of log time
   * @param tokens units that it can spend now, negative after a debt
   * @param threshold threshold of the last slot for a trace of weight 1
   */
  public record Group(long hash, double goal, double tokens, long threshold) {}
}
