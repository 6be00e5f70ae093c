package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tailrace.topology.sampling.BudgetState;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Meters of budgets and keys, over all tasks of an instance. A policy that is gone has gauges of 0.
 * Thread-safe.
 */
final class BudgetMeters {
  private final MeterRegistry registry;
  private final Collection<TaskGauges> tasks;
  private final Set<String> shown = ConcurrentHashMap.newKeySet();
  private final BurnMeters burns;
  private final Counter closed;
  private final Counter putOff;

  BudgetMeters(MeterRegistry registry, Collection<TaskGauges> tasks) {
    this.registry = registry;
    this.tasks = tasks;
    burns = new BurnMeters(registry, tasks);
    closed =
        Counter.builder("tailrace.slots.closed")
            .description("Slots of log time whose traces were decided together")
            .register(registry);
    putOff =
        Counter.builder("tailrace.slots.put.off")
            .description("Slots merged into the next because budgets had no tokens for any trace")
            .register(registry);
  }

  BurnMeters burns() {
    return burns;
  }

  void slot(boolean isPutOff) {
    (isPutOff ? putOff : closed).increment();
  }

  /** Adds gauges for policies that have none yet. */
  void show(BudgetState state) {
    String id = state.unit() + " " + state.policy();
    if (shown.size() >= PolicyMeters.MAX_NAMES || !shown.add(id)) {
      return;
    }
    Tags policy = Tags.of("policy", state.policy());
    Tags tags = policy.and("unit", state.unit());
    gauge(
        "tailrace.policy.goal",
        "Spans or bytes per second for each policy to keep in the partitions of this instance",
        tags,
        () -> of(state).mapToDouble(BudgetState::goal));
    if (state.tokens() != null) {
      gauge(
          "tailrace.policy.tokens",
          "Spans or bytes that each policy can spend now. Negative after more than the goal was kept",
          tags,
          () -> of(state).mapToDouble(s -> s.tokens() == null ? 0 : s.tokens()));
    }
    if (state.keys() != null) {
      gauge(
          "tailrace.policy.keys",
          "Keys with a rate of their own, in the partition that has most",
          policy,
          () -> of(state).mapToDouble(s -> s.keys() == null ? 0 : s.keys()).max().stream());
      gauge(
          "tailrace.policy.other.spans",
          "Spans per second of keys without a rate of their own",
          policy,
          () -> of(state).mapToDouble(s -> s.others() == null ? 0 : s.others()));
    }
    if (state.groups() != null) {
      gauge(
          "tailrace.policy.groups",
          "Groups with a budget of their own, in the partition that has most",
          policy,
          () -> of(state).mapToDouble(s -> s.groups() == null ? 0 : s.groups()).max().stream());
    }
  }

  private Stream<BudgetState> of(BudgetState state) {
    return tasks.stream()
        .flatMap(task -> task.budgets().stream())
        .filter(s -> s.policy().equals(state.policy()) && s.unit().equals(state.unit()));
  }

  /** Values to add up. */
  private interface Values {
    DoubleStream get();
  }

  private void gauge(String name, String description, Tags tags, Values values) {
    Gauge.builder(name, values, v -> v.get().sum())
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }
}
