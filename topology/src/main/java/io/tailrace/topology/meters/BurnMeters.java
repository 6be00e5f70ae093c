package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Meters of keys that burn their error budget, over all tasks of an instance. A policy that is gone
 * has gauges of 0. Thread-safe.
 */
final class BurnMeters {
  /** Keys of a policy with a time series: those with the highest burn rates. */
  static final int MOST_KEYS = 20;

  private final MeterRegistry registry;
  private final Collection<TaskGauges> tasks;
  private final Set<String> shown = new HashSet<>();
  private final MultiGauge since;

  BurnMeters(MeterRegistry registry, Collection<TaskGauges> tasks) {
    this.registry = registry;
    this.tasks = tasks;
    since =
        MultiGauge.builder("tailrace.slo.burning.since")
            .description("Log time from which on each key burns its error budget, Unix time")
            .baseUnit("seconds")
            .register(registry);
  }

  /** Adds gauges for policies that have none yet, and replaces those of keys. */
  synchronized void show() {
    List<Row<?>> rows = new ArrayList<>();
    for (BurnState state : sum()) {
      if (shown.size() < PolicyMeters.MAX_NAMES && shown.add(state.policy())) {
        show(state.policy());
      }
      state.burning().stream()
          .limit(MOST_KEYS)
          .forEach(
              key ->
                  rows.add(
                      Row.of(
                          Tags.of("policy", state.policy(), "key", key.text()),
                          key.since() / 1e3)));
    }
    since.register(rows, true);
  }

  private void show(String policy) {
    gauge(
        "tailrace.slo.burning.keys",
        "Keys that burn their error budget in any partition of this instance",
        policy,
        state -> state.burning().size());
    gauge(
        "tailrace.slo.burn.rate",
        "Highest burn rate of a key in a partition of this instance. 1 spends exactly the error budget",
        policy,
        BurnState::rate);
  }

  private void gauge(
      String name, String description, String policy, ToDoubleFunction<BurnState> value) {
    Gauge.builder(
            name,
            () ->
                sum().stream()
                    .filter(state -> state.policy().equals(policy))
                    .mapToDouble(value)
                    .sum())
        .description(description)
        .tags("policy", policy)
        .strongReference(true)
        .register(registry);
  }

  private List<BurnState> sum() {
    return BurnState.sum(tasks.stream().flatMap(task -> task.burns().stream()).toList());
  }
}
