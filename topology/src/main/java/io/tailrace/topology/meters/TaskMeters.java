package io.tailrace.topology.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one task, from its start to {@link #close}: its gauges and the meters of its policies.
 * Policies of the same name share a counter across tasks. The counter belongs to the instance and
 * outlives the tasks, as it must not decrease when a task leaves. Not thread-safe.
 */
public final class TaskMeters implements AutoCloseable {
  private static final long LOOK_MILLIS = 2_000;

  private final MeterRegistry registry;
  private final SamplerMetrics instance;
  private final TaskGauges gauges;
  private final BudgetMeters budgets;
  private @Nullable PolicyMeters policies;
  private long nextLook = Long.MIN_VALUE;

  TaskMeters(
      MeterRegistry registry, SamplerMetrics instance, TaskGauges gauges, BudgetMeters budgets) {
    this.registry = registry;
    this.instance = instance;
    this.gauges = gauges;
    this.budgets = budgets;
  }

  public TaskGauges gauges() {
    return gauges;
  }

  /** Switches the task to this version. */
  public void judging(PolicyVersion version) {
    policies = new PolicyMeters(registry, version.set());
    gauges.judging(version.number());
  }

  /** Publishes the state of budgets, keys and burn rates, at most every two seconds. */
  public void budgets(
      long wallTime, Supplier<List<BudgetState>> states, Supplier<List<BurnState>> burnStates) {
    if (wallTime >= nextLook) {
      nextLook = wallTime + LOOK_MILLIS;
      List<BudgetState> now = states.get();
      gauges.budgets(now);
      now.forEach(budgets::show);
      gauges.burns(burnStates.get());
      budgets.burns().show();
    }
  }

  /**
   * Counts a trace decided by the current version.
   *
   * @param outcome outcome of the decision, or that of a manual keep
   */
  public void decided(
      OpenTrace trace,
      PolicyVersion version,
      Decision decision,
      Decision.Outcome outcome,
      Verdict verdict) {
    instance.decided(trace, version, decision, outcome, verdict);
    Objects.requireNonNull(policies, "no version").count(decision, trace);
  }

  @Override
  public void close() {
    gauges.close();
  }
}
