package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.TokenBucket;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.NamedLines;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples a trace if a sub-policy samples it and has enough budget. The first such sub-policy pays.
 */
record CompositePolicy(
    long total, String stateKey, List<Composite.Allotted> policies, boolean inSlots)
    implements Policy {
  @Override
  public Voter voter(Budgets budgets) {
    return budgets.voter(() -> withBudget(budgets));
  }

  private Voter withBudget(Budgets budgets) {
    int first = budgets.subVotes().reserve(policies.size());
    return inSlots ? CompositeInSlots.of(this, budgets, first) : inSequence(budgets, first);
  }

  private Voter inSequence(Budgets budgets, int first) {
    List<CompositeSequence.Payer> payers =
        policies.stream()
            .map(
                p ->
                    new CompositeSequence.Payer(
                        p.policy().voter(budgets), bucket(budgets, p.stateKey(), p.spans())))
            .toList();
    TokenBucket all = bucket(budgets, stateKey, total);
    budgets.show(false, all);
    return Voter.spending(new CompositeSequence(all, payers, budgets.subVotes(), first));
  }

  @Override
  public List<String> subPolicyNames() {
    return policies.stream().map(Composite.Allotted::name).toList();
  }

  @Override
  public List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    for (Composite.Allotted sub : policies) {
      if (sub.policy().extent() instanceof Extent.None none
          && !none.isReported()
          && sub.policy().doubts().isEmpty()) {
        doubts.add("/" + Words.clean(sub.name()) + ": matches no trace");
      }
      sub.policy().doubts().forEach(doubt -> doubts.add("/" + Words.clean(sub.name()) + doubt));
    }
    return doubts;
  }

  @Override
  public String description() {
    NamedLines rows = new NamedLines();
    policies.forEach(
        p -> rows.add(p.name(), perSecond(p.spans()) + ": " + p.policy().description()));
    return "at most %s, spent by the first of these that samples it and has budget left:\n%s"
        .formatted(perSecond(total), String.join("\n", rows.lines()).indent(2).stripTrailing());
  }

  private static String perSecond(long spans) {
    return Words.count(spans, "span") + " a second";
  }

  private static TokenBucket bucket(Budgets budgets, String key, long spans) {
    return budgets.bucket(key, spans, spans, Budgets.EACH_SECOND);
  }
}
