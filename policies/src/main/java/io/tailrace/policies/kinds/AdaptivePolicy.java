package io.tailrace.policies.kinds;

import io.tailrace.policies.adaptive.KeyTraffic;
import io.tailrace.policies.adaptive.Learning;
import io.tailrace.policies.adaptive.Learning.Goal;
import io.tailrace.policies.budget.SlotBudgets;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.budget.Thresholds;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Grouping;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.SlotLimiter;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples by the fingerprint of a trace: the more frequent the key, the lower its probability.
 *
 * @param goal percentage, or spans per second
 * @param selectors what makes up the key
 * @param fingerprint index of the fingerprint among the signals
 * @param grouping groups with a budget of their own; null if there is one for all
 * @param trafficKey state key of the learnt traffic. Does not depend on the goal
 * @param budgetKey state key of the budget
 */
record AdaptivePolicy(
    double goal,
    Learning learning,
    List<String> selectors,
    int fingerprint,
    @Nullable Grouping grouping,
    String trafficKey,
    String budgetKey)
    implements Policy {
  @Override
  public Voter voter(Budgets budgets) {
    return budgets.voter(() -> withBudget(budgets));
  }

  private Voter withBudget(Budgets budgets) {
    Slots slots = budgets.slots();
    KeyTraffic traffic = budgets.traffic(trafficKey, learning);
    if (learning.goal() instanceof Goal.Share) {
      budgets.show(traffic, fingerprint, null);
      return (trace, logTimeMillis) -> {
        long key = trace.fingerprint(fingerprint);
        long threshold = Thresholds.of(traffic.probability(key, logTimeMillis));
        if (slots.counts()) {
          traffic.learn(key, trace.spanCount(), logTimeMillis);
        }
        return threshold;
      };
    }
    SlotBudgets budget =
        grouping == null
            ? budgets.budget(budgetKey, goal)
            : budgets.groups(budgetKey, grouping, goal);
    int place = slots.add(budget, budget);
    budgets.show(traffic, fingerprint, budget);
    SlotLimiter limiter = new SlotLimiter(slots, place, budget, TraceFacts::spanCount);
    return Voter.like(
        limiter,
        (trace, logTimeMillis) -> {
          long key = trace.fingerprint(fingerprint);
          double weight = traffic.probability(key, logTimeMillis);
          long vote = limiter.vote(trace, weight, logTimeMillis);
          if (slots.counts()) {
            traffic.learn(key, trace.spanCount(), logTimeMillis);
          }
          return vote;
        });
  }

  @Override
  public int fingerprintIndex() {
    return fingerprint;
  }

  @Override
  public String description() {
    String what =
        learning.goal() instanceof Goal.Share
            ? Words.number(goal) + " % of all spans"
            : Words.number(goal)
                + " spans a second"
                + (grouping == null ? "" : grouping.description());
    return "it is among %s, rare ones first, told apart by %s"
        .formatted(what, String.join(", ", selectors));
  }
}
