package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.SlotBudgets;
import io.tailrace.policies.budget.TokenBucket;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Grouping;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.SlotLimiter;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.policy.Words;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Samples traces as long as its budget holds enough tokens. */
record LimiterPolicy(
    String unit,
    ToLongFunction<TraceFacts> cost,
    long perSecond,
    long burst,
    boolean isWritten,
    boolean inSlots,
    @Nullable Grouping grouping,
    String stateKey)
    implements Policy {
  private static final long DEFAULT_BURST_SECONDS = 2;

  /** Keeps the default burst within 64 bits. */
  private static final long MAX_PER_SECOND = Long.MAX_VALUE / DEFAULT_BURST_SECONDS;

  /**
   * @param unit unit of the cost, singular
   */
  static Policy read(
      String unit, ToLongFunction<TraceFacts> cost, MappingReader settings, PolicyContext context) {
    String rateKey = unit + "s_per_second";
    Node rate = settings.get(rateKey);
    long perSecond = rate.integer(0, MAX_PER_SECOND, 0);
    if (!rate.present()) {
      settings.node().warn("samples almost nothing: " + rateKey + " is absent");
    }
    long written = settings.get("burst_capacity").integer(0, Long.MAX_VALUE, 0);
    long burst = written == 0 ? perSecond * DEFAULT_BURST_SECONDS : written;
    @Nullable Grouping grouping = Grouping.read(settings, (double) MAX_PER_SECOND, context);
    String groups = grouping == null ? "" : grouping.traits();
    String key = context.stateKey(rateKey + "=" + perSecond + " burst=" + burst + groups);
    boolean inSlots = context.useSlots();
    return new LimiterPolicy(unit, cost, perSecond, burst, rate.present(), inSlots, grouping, key);
  }

  @Override
  public String description() {
    return "it fits within %s a second%s, with bursts of up to %d"
        .formatted(
            Words.count(perSecond, unit), grouping == null ? "" : grouping.description(), burst);
  }

  @Override
  public Extent extent() {
    return burst == 0
        ? new Extent.None(!isWritten)
        : new Extent.Own(List.of(unit, perSecond, burst, grouping == null ? "" : grouping));
  }

  @Override
  public List<String> doubts() {
    if (perSecond > 0 || !isWritten) {
      return List.of();
    }
    return List.of(
        ".%ss_per_second: 0 (expected: > 0, %s)"
            .formatted(unit, burst == 0 ? "samples no trace" : "samples one burst, then no trace"));
  }

  @Override
  public Voter voter(Budgets budgets) {
    return budgets.voter(() -> withBudget(budgets));
  }

  private Voter withBudget(Budgets budgets) {
    if (inSlots) {
      SlotBudgets budget =
          grouping == null
              ? budgets.strictBudget(stateKey, burst, perSecond, Budgets.STEADY, null)
              : budgets.strictGroups(
                  stateKey, grouping, (double) perSecond, (double) burst / Math.max(1, perSecond));
      int place = budgets.slots().add(budget, budget);
      budgets.show(-1, isBytes(), budget);
      return new SlotLimiter(budgets.slots(), place, budget, cost);
    }
    TokenBucket bucket = budgets.bucket(stateKey, burst, perSecond, Budgets.STEADY);
    budgets.show(isBytes(), bucket);
    return Voter.spending(
        (trace, logTimeMillis) -> {
          long tokens = cost.applyAsLong(trace);
          if (!bucket.holds(tokens, logTimeMillis)) {
            return Votes.NOT_BY_CHANCE;
          }
          bucket.take((double) tokens);
          return Votes.BY_CHANCE;
        });
  }

  private boolean isBytes() {
    return unit.equals("byte");
  }
}
