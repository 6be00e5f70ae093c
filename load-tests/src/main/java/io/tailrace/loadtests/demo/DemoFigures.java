package io.tailrace.loadtests.demo;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Sum of the figures of all instances.
 *
 * @param keeps kept traces by policy
 * @param delays number of measured delays
 * @param delaySeconds sum of the delays
 */
record DemoFigures(
    long spans,
    long traces,
    long kept,
    long dropped,
    long open,
    long openSpans,
    long openBytes,
    long late,
    long deadLetters,
    long policyVersion,
    Map<String, Long> keeps,
    long delays,
    double delaySeconds) {

  static DemoFigures of(Collection<MeterRegistry> registries) {
    List<MeterRegistry> all = List.copyOf(registries);
    Map<String, Long> keeps = new TreeMap<>();
    for (MeterRegistry registry : all) {
      for (Counter counter : registry.find("tailrace.policy.keeps").counters()) {
        keeps.merge(counter.getId().getTag("policy"), (long) counter.count(), Long::sum);
      }
    }
    return new DemoFigures(
        counted(all, "tailrace.spans.received"),
        counted(all, "tailrace.traces.received"),
        counted(all, "tailrace.traces.decided", "outcome", "sampled"),
        counted(all, "tailrace.traces.decided", "outcome", "not_sampled")
            + counted(all, "tailrace.traces.decided", "outcome", "dropped"),
        gauged(all, "tailrace.buffer.traces"),
        gauged(all, "tailrace.buffer.spans"),
        gauged(all, "tailrace.buffer.size"),
        counted(all, "tailrace.spans.late"),
        counted(all, "tailrace.dead.letters"),
        gauged(all, "tailrace.policy.version") / all.size(),
        keeps,
        all.stream().mapToLong(r -> timer(r).count()).sum(),
        all.stream().mapToDouble(r -> timer(r).totalTime(TimeUnit.SECONDS)).sum());
  }

  Change since(DemoFigures before, Duration between) {
    return new Change(this, before, between.toNanos() / 1e9);
  }

  /** Change between two readings. */
  record Change(DemoFigures now, DemoFigures before, double seconds) {
    double spansPerSecond() {
      return (now.spans - before.spans) / seconds;
    }

    double tracesPerSecond() {
      return (now.traces - before.traces) / seconds;
    }

    double keptPercent() {
      return percent(now.kept - before.kept);
    }

    double keptPercent(String policy) {
      return percent(now.keeps.getOrDefault(policy, 0L) - before.keeps.getOrDefault(policy, 0L));
    }

    double delaySeconds() {
      long count = now.delays - before.delays;
      return count == 0 ? 0 : (now.delaySeconds - before.delaySeconds) / count;
    }

    private double percent(long traces) {
      long decided = now.kept + now.dropped - before.kept - before.dropped;
      return decided == 0 ? 0 : 100.0 * traces / decided;
    }
  }

  private static long counted(List<MeterRegistry> registries, String name, String... tags) {
    return (long)
        registries.stream()
            .flatMap(registry -> registry.get(name).tags(tags).counters().stream())
            .mapToDouble(Counter::count)
            .sum();
  }

  private static long gauged(List<MeterRegistry> registries, String name) {
    return (long)
        registries.stream()
            .flatMap(registry -> registry.get(name).gauges().stream())
            .mapToDouble(Gauge::value)
            .sum();
  }

  private static Timer timer(MeterRegistry registry) {
    return registry.get("tailrace.decision.delay").timer();
  }
}
