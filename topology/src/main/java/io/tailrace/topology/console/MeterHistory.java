package io.tailrace.topology.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores one hour of meter values in limited memory: a fixed number of figures and policies.
 * Further policies are summed up. Thread-safe.
 */
public final class MeterHistory {
  static final int MAX_POLICIES = 50;
  static final String OTHERS = "(others)";
  private static final int MINUTE_STEPS = 6;
  private static final int MINUTES = Series.SLOTS / MINUTE_STEPS;
  private static final String POLICY_VOTES = "tailrace.policy.votes";
  private static final String DELAY = "tailrace.decision.delay";
  private static final double P99 = 0.99;

  /** Figures by meter, with an optional outcome after a colon. */
  private static final Map<String, String> COUNTERS =
      Map.ofEntries(
          Map.entry("tailrace.spans.received", "spans"),
          Map.entry("tailrace.received", "bytes"),
          Map.entry("tailrace.traces.received", "traces"),
          Map.entry("tailrace.traces.decided:sampled", "traces_sampled"),
          Map.entry("tailrace.traces.decided:not_sampled", "traces_not_sampled"),
          Map.entry("tailrace.traces.decided:dropped", "traces_dropped"),
          Map.entry("tailrace.spans.decided:sampled", "spans_sampled"),
          Map.entry("tailrace.spans.decided:not_sampled", "spans_not_sampled"),
          Map.entry("tailrace.spans.decided:dropped", "spans_dropped"),
          Map.entry("tailrace.spans.late:kept", "late_kept"),
          Map.entry("tailrace.spans.late:dropped", "late_dropped"),
          Map.entry("tailrace.truth.decided", "truth_decided"),
          Map.entry("tailrace.truth.adjusted", "truth_adjusted"),
          Map.entry("tailrace.truth.variance", "truth_variance"),
          Map.entry("tailrace.exported", "bytes_exported"),
          Map.entry("tailrace.traces.decided.early", "decided_early"),
          Map.entry("tailrace.dead.letters", "dead_letters"));

  private static final Map<String, String> GAUGES =
      Map.of(
          "tailrace.buffer.traces", "open_traces",
          "tailrace.buffer.spans", "open_spans",
          "tailrace.buffer.size", "open_bytes",
          "tailrace.lag.max", "lag_seconds",
          "tailrace.overdue.max", "overdue_seconds");

  private static final Map<String, String> OF_POLICY =
      Map.of(
          "tailrace.policy.keeps", "traces",
          "tailrace.policy.kept.spans", "spans",
          "tailrace.policy.kept", "bytes",
          "tailrace.policy.evaluation", "seconds",
          "tailrace.policy.truth.decided", "decided",
          "tailrace.policy.truth.adjusted", "adjusted");

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<String, Double> before = new HashMap<>();
  private final Map<String, Series> series = new TreeMap<>();
  private final Map<String, Map<String, Series>> policies = new LinkedHashMap<>();
  private Map<Double, Double> delaysBefore = Map.of();
  private long last;

  /** Starts now. */
  public MeterHistory(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    this.last = clock.millis() / Series.STEP_MILLIS - 1;
    COUNTERS.values().forEach(name -> series.put(name, new Series()));
    GAUGES.values().forEach(name -> series.put(name, new Series()));
    series.put("delay_seconds", new Series());
    read(new HashMap<>(), new HashMap<>(), new TreeMap<>());
  }

  /** Returns how a figure is combined over instances. */
  static Series.Kind kind(String figure) {
    return figure.endsWith("_seconds") ? Series.Kind.MAX : Series.Kind.SUM;
  }

  /** Returns the milliseconds until the current step ends. */
  long untilNext() {
    return Series.STEP_MILLIS - clock.millis() % Series.STEP_MILLIS;
  }

  /** Records the changes since the last call. Must be called after each step. */
  synchronized void sample() {
    long slot = clock.millis() / Series.STEP_MILLIS - 1;
    if (slot <= last) {
      return;
    }
    last = slot;
    Map<String, Double> figures = new HashMap<>();
    Map<String, Map<String, Double>> byPolicy = new HashMap<>();
    Map<Double, Double> delays = new TreeMap<>();
    read(figures, byPolicy, delays);
    figures.put("delay_seconds", percentile(delays));
    series.forEach((name, values) -> values.put(slot, figures.getOrDefault(name, 0.0)));
    putPolicies(slot, byPolicy);
  }

  /** Reads the changes since the last call. */
  private void read(
      Map<String, Double> figures,
      Map<String, Map<String, Double>> byPolicy,
      Map<Double, Double> delays) {
    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      if (meter instanceof Counter counter) {
        String outcome = id.getTag("outcome");
        String figure = COUNTERS.get(outcome == null ? id.getName() : id.getName() + ":" + outcome);
        String ofPolicy =
            id.getName().equals(POLICY_VOTES) ? id.getTag("vote") : OF_POLICY.get(id.getName());
        if (figure != null) {
          figures.merge(figure, since(id, counter), Double::sum);
        } else if (ofPolicy != null) {
          byPolicy
              .computeIfAbsent(id.getTag("policy"), policy -> new HashMap<>())
              .merge(ofPolicy, since(id, counter), Double::sum);
        }
      } else if (meter instanceof Gauge gauge && GAUGES.containsKey(id.getName())) {
        figures.put(GAUGES.get(id.getName()), gauge.value());
      } else if (meter instanceof Timer timer && id.getName().equals(DELAY)) {
        delays.putAll(since(timer));
      }
    }
  }

  private double since(Meter.Id id, Counter counter) {
    double now = counter.count();
    Double then = before.put(id.toString(), now);
    return now - (then == null ? 0 : then);
  }

  /** Returns counts by upper bound in seconds. */
  private Map<Double, Double> since(Timer timer) {
    Map<Double, Double> now = new TreeMap<>();
    for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
      now.put(bucket.bucket(TimeUnit.SECONDS), bucket.count());
    }
    Map<Double, Double> since = new TreeMap<>();
    now.forEach((bound, n) -> since.put(bound, n - delaysBefore.getOrDefault(bound, 0.0)));
    delaysBefore = now;
    return since;
  }

  private static double percentile(Map<Double, Double> delays) {
    double all = delays.values().stream().mapToDouble(n -> n).max().orElse(0);
    return delays.entrySet().stream()
        .filter(bucket -> all > 0 && bucket.getValue() >= P99 * all)
        .mapToDouble(Map.Entry::getKey)
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }

  /** Stores policies. Those beyond the limit are summed up. */
  private void putPolicies(long slot, Map<String, Map<String, Double>> byPolicy) {
    Map<String, Double> others = new HashMap<>();
    policies.forEach(
        (known, ofPolicy) -> put(slot, ofPolicy, byPolicy.getOrDefault(known, Map.of())));
    new TreeMap<>(byPolicy)
        .forEach(
            (policy, values) -> {
              boolean isNew = !policies.containsKey(policy);
              if (isNew && values.values().stream().anyMatch(value -> value != 0)) {
                if (hasRoom()) {
                  Map<String, Series> ofPolicy = new HashMap<>();
                  policies.put(policy, ofPolicy);
                  put(slot, ofPolicy, values);
                } else {
                  values.forEach((name, value) -> others.merge(name, value, Double::sum));
                }
              }
            });
    if (!others.isEmpty()) {
      put(slot, policies.computeIfAbsent(OTHERS, name -> new HashMap<>()), others);
    }
  }

  private boolean hasRoom() {
    if (isFull()) {
      policies.values().removeIf(this::isForgotten);
    }
    return !isFull();
  }

  private boolean isFull() {
    return policies.size() >= MAX_POLICIES + (policies.containsKey(OTHERS) ? 1 : 0);
  }

  private boolean isForgotten(Map<String, Series> ofPolicy) {
    return ofPolicy.values().stream().allMatch(s -> s.sum(last, Series.SLOTS) == 0);
  }

  private static void put(long slot, Map<String, Series> ofPolicy, Map<String, Double> values) {
    values.keySet().forEach(name -> ofPolicy.computeIfAbsent(name, s -> new Series()));
    ofPolicy.forEach((name, series) -> series.put(slot, values.getOrDefault(name, 0.0)));
  }

  /** Returns the figures of the last hour. */
  synchronized Figures figures() {
    Map<String, @Nullable Double[]> hour = new LinkedHashMap<>();
    series.forEach((name, values) -> hour.put(name, values.values(last, Series.SLOTS)));
    List<Figures.OfPolicy> ofPolicies = new ArrayList<>();
    policies.forEach((name, values) -> ofPolicies.add(ofPolicy(name, values)));
    Series spans = Objects.requireNonNull(series.get("spans"), "spans");
    return new Figures(
        last,
        spans.known(last, MINUTE_STEPS) * Series.STEP_MILLIS / 1000,
        spans.known(last, Series.SLOTS) * Series.STEP_MILLIS / 1000,
        hour,
        ofPolicies);
  }

  private Figures.OfPolicy ofPolicy(String name, Map<String, Series> values) {
    Series keeps = values.getOrDefault("traces", new Series());
    @Nullable Double[] byMinute = new @Nullable Double[MINUTES];
    for (int minute = 0; minute < MINUTES; minute++) {
      long end = last - (long) (MINUTES - 1 - minute) * MINUTE_STEPS;
      byMinute[minute] = keeps.known(end, MINUTE_STEPS) == 0 ? null : keeps.sum(end, MINUTE_STEPS);
    }
    return new Figures.OfPolicy(
        name, totals(values, MINUTE_STEPS), totals(values, Series.SLOTS), byMinute);
  }

  private Figures.Totals totals(Map<String, Series> values, int steps) {
    Map<String, Double> sums = new TreeMap<>();
    values.forEach((name, of) -> sums.put(name, of.sum(last, steps)));
    return new Figures.Totals(
        remove(sums, "traces"),
        remove(sums, "spans"),
        remove(sums, "bytes"),
        remove(sums, "seconds"),
        remove(sums, "decided"),
        remove(sums, "adjusted"),
        sums); // the remaining figures are votes
  }

  private static double remove(Map<String, Double> sums, String name) {
    Double value = sums.remove(name);
    return value == null ? 0 : value;
  }
}
