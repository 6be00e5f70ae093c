package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.budget.Thresholds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a policy with a budget or with keys, of one task or several. Immutable.
 *
 * @param policy name of the policy, or of a sub-policy such as {@code budget/errors}
 * @param unit {@code span} or {@code byte}
 * @param goal units to keep per second of log time
 * @param tokens units that can be spent now, negative after a debt; null without a budget
 * @param slotProbability probability of a trace of weight 1 in the last slot; null if the budget is
 *     not spent in slots, or the policy has keys
 * @param putOff number of tasks whose slot is put off
 * @param keys number of keys with a rate of their own; null, like all later fields, without keys
 * @param others spans per second of all other keys
 * @param otherProbability probability of those
 * @param top keys with most traffic, in descending order
 * @param groups number of groups with a budget of their own; null, like the next field, without
 *     groups. The other fields are then those of the budget that all further groups share
 * @param shortest groups with the fewest tokens for their goal, in ascending order
 */
public record BudgetState(
    String policy,
    String unit,
    double goal,
    @Nullable Double tokens,
    @Nullable Double slotProbability,
    int putOff,
    @Nullable Integer keys,
    @Nullable Double others,
    @Nullable Double otherProbability,
    @Nullable List<Key> top,
    @Nullable Integer groups,
    @Nullable List<Group> shortest) {
  public static final String SPAN = "span";
  public static final String BYTE = "byte";

  /**
   * A key.
   *
   * @param id hash of the fingerprint, in hexadecimal digits
   * @param text the fingerprint, or the hash if its text is not known
   * @param spans its spans per second
   * @param probability sampling probability, in [0, 1]
   */
  public record Key(String id, String text, double spans, double probability) {}

  /**
   * A group of traces.
   *
   * @param id hash of the fingerprint, in hexadecimal digits
   * @param text the fingerprint, or the hash if its text is not known
   * @param goal units to keep per second of log time
   * @param tokens units that can be spent now, negative after a debt
   * @param slotProbability probability of a trace of weight 1 in the last slot
   */
  public record Group(String id, String text, double goal, double tokens, double slotProbability) {}

  static BudgetState of(PolicyBudget budget, PolicySet set, boolean isPutOff, KeyNames names) {
    PolicyBudget.Learnt learnt = budget.learnt();
    PolicyBudget.Groups groups = budget.groups();
    return new BudgetState(
        set.nameOf(budget),
        budget.isBytes() ? BYTE : SPAN,
        budget.goal(),
        Double.isNaN(budget.tokens()) ? null : budget.tokens(),
        learnt != null ? null : probability(budget.threshold()),
        isPutOff ? 1 : 0,
        learnt == null ? null : learnt.keys(),
        learnt == null ? null : learnt.others(),
        learnt == null ? null : learnt.otherProbability(),
        learnt == null ? null : learnt.top().stream().map(key -> of(key, names)).toList(),
        groups == null ? null : groups.count(),
        groups == null ? null : groups.shortest().stream().map(g -> of(g, names)).toList());
  }

  private static Key of(PolicyBudget.KeyRate key, KeyNames names) {
    return new Key(
        Long.toHexString(key.hash()),
        names.text(key.hash()),
        key.spansPerSecond(),
        key.probability());
  }

  private static Group of(PolicyBudget.Group group, KeyNames names) {
    return new Group(
        Long.toHexString(group.hash()),
        names.text(group.hash()),
        group.goal(),
        group.tokens(),
        Thresholds.probability(group.threshold()));
  }

  private static @Nullable Double probability(long threshold) {
    return threshold < 0 ? null : Thresholds.probability(threshold);
  }
}
