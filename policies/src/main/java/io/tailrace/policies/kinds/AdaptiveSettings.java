package io.tailrace.policies.kinds;

import io.tailrace.policies.adaptive.Learning;
import io.tailrace.policies.adaptive.Learning.Goal;
import io.tailrace.policies.adaptive.Learning.Memory;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.policy.Grouping;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.Selectors;
import io.tailrace.policies.policy.Words;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the settings of adaptive samplers, with the names and defaults of the Collector. */
public final class AdaptiveSettings {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);
  private static final Duration DEFAULT_UPDATE = Duration.ofSeconds(1);
  private static final int DEFAULT_LOOKBACK_UPDATES = 30;
  private static final double DEFAULT_WEIGHT = .5;

  /** A window is remembered in so many parts at most. */
  private static final int MAX_PARTS = 10;

  private static final int MAX_KEYS = 10_000;
  private static final double MAX_THROUGHPUT = 1e12;
  private static final double INITIAL_PERCENTAGE = 10;

  private enum Algorithm {
    EMA,
    WINDOWED
  }

  private final MappingReader settings;
  private final PolicyContext context;

  private AdaptiveSettings(MappingReader settings, PolicyContext context) {
    this.settings = settings;
    this.context = context;
  }

  static Policy percentage(MappingReader settings, PolicyContext context) {
    AdaptiveSettings reader = new AdaptiveSettings(settings, context);
    double goal = reader.required("goal_percentage", 100);
    reader.algorithm(Map.of("ema", Algorithm.EMA));
    return reader.policy(goal, new Goal.Share(goal / 100), reader.average(), goal);
  }

  static Policy throughput(MappingReader settings, PolicyContext context) {
    AdaptiveSettings reader = new AdaptiveSettings(settings, context);
    double goal = reader.required("goal_throughput", MAX_THROUGHPUT);
    Algorithm algorithm =
        reader.algorithm(Map.of("ema", Algorithm.EMA, "windowed", Algorithm.WINDOWED));
    Memory memory = algorithm == Algorithm.EMA ? reader.average() : reader.window();
    Node counters = settings.get("shared_counters");
    if (counters.present()) {
      counters.warn("has no effect here, a goal is that of the fleet");
    }
    return reader.policy(goal, new Goal.PerSecond(goal), memory, INITIAL_PERCENTAGE);
  }

  private Policy policy(double goal, Goal kind, Memory memory, double initialPercentage) {
    @Nullable Grouping grouping =
        kind instanceof Goal.PerSecond ? Grouping.read(settings, MAX_THROUGHPUT, context) : null;
    if (!context.useSlots()) {
      settings.node().fault("use_tracestate: true, as its decisions are thresholds");
    }
    int maxKeys = (int) settings.get("max_keys").integer(0, Integer.MAX_VALUE, 0);
    if (maxKeys > MAX_KEYS) {
      settings.get("max_keys").warn("counts as " + MAX_KEYS);
    }
    Learning learning =
        new Learning(
            kind,
            memory,
            maxKeys == 0 ? MAX_KEYS : Math.min(MAX_KEYS, maxKeys),
            positive("initial_sampling_percentage", 100, initialPercentage) / 100,
            settings.get("min_traces_per_second").number(0, MAX_THROUGHPUT, 0));
    List<Selector> selectors = Selectors.read(settings.get("fingerprint_attributes"));
    List<String> texts = Selectors.texts(selectors);
    return new AdaptivePolicy(
        goal,
        learning,
        texts,
        context.fingerprint(selectors),
        grouping,
        context.stateKey("keys=" + texts + " " + learning.traits()),
        context.stateKey("goal=" + goal + (grouping == null ? "" : grouping.traits())));
  }

  private Algorithm algorithm(Map<String, Algorithm> choices) {
    Node node = settings.get("algorithm");
    return node.present() ? node.oneOf(choices).orElse(Algorithm.EMA) : Algorithm.EMA;
  }

  private Memory average() {
    Duration interval = interval("adjustment_interval", DEFAULT_INTERVAL);
    double weight = settings.get("weight").number(0, 1, 0);
    if (weight == 1) {
      settings.get("weight").fault("0 to 1, without 1");
    }
    return new Memory.Average(interval.toMillis(), weight == 0 ? DEFAULT_WEIGHT : weight);
  }

  private Memory window() {
    Duration update = interval("update_frequency", DEFAULT_UPDATE);
    Duration lookback =
        interval("lookback_frequency", update.multipliedBy(DEFAULT_LOOKBACK_UPDATES));
    long updates = Math.max(1, lookback.toMillis() / update.toMillis());
    int parts = (int) Math.min(MAX_PARTS, updates);
    return new Memory.Window(updates * update.toMillis() / parts, parts);
  }

  /** Reads a duration of at least a slot; 0 counts as absent, as in the Collector. */
  private Duration interval(String key, Duration absent) {
    Node node = settings.get(key);
    Duration interval = node.durationFromZero().filter(d -> !d.isZero()).orElse(absent);
    if (interval.toMillis() < Slots.MILLIS) {
      node.warn("counts as 1s, the length of a slot");
      return Duration.ofMillis(Slots.MILLIS);
    }
    return interval;
  }

  private double required(String key, double max) {
    return positive(settings.get(key), max);
  }

  private double positive(String key, double max, double absent) {
    Node node = settings.get(key);
    return node.present() ? positive(node, max) : absent;
  }

  /** Reads a number that is required and above 0. */
  public static double positive(Node node, double max) {
    double value = node.present() ? node.number(0, max, max) : 0;
    return value > 0 ? value : node.fault("above 0, at most " + Words.number(max), max);
  }
}
