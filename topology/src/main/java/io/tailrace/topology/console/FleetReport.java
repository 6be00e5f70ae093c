package io.tailrace.topology.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Combined report of all instances.
 *
 * @param self address of the querying instance
 * @param instances reports of instances that answered
 * @param silent reasons of instances that did not answer, by address
 * @param figures sum of the instances that answered; null if none did
 */
public record FleetReport(
    String self,
    List<InstanceReport> instances,
    Map<String, String> silent,
    @Nullable Figures figures) {

  /** An instance that is further behind is excluded from the newest steps. */
  private static final long MAX_STEPS_WAITED_FOR = 2;

  static FleetReport of(
      String self, Collection<InstanceReport> answers, Map<String, String> silent) {
    List<Figures> figures = answers.stream().map(InstanceReport::figures).toList();
    long end = end(figures);
    return new FleetReport(
        self,
        answers.stream().map(InstanceReport::withoutFigures).toList(),
        silent,
        figures.stream().map(of -> until(of, end)).reduce(FleetReport::sum).orElse(null));
  }

  /** Returns the last step that all instances have, so that the newest steps are complete. */
  private static long end(List<Figures> figures) {
    long newest = figures.stream().mapToLong(Figures::end).max().orElse(0);
    return figures.stream()
        .mapToLong(Figures::end)
        .filter(end -> end >= newest - MAX_STEPS_WAITED_FOR)
        .min()
        .orElse(newest);
  }

  private static Figures until(Figures figures, long end) {
    Map<String, @Nullable Double[]> series = new TreeMap<>();
    figures
        .series()
        .forEach((name, values) -> series.put(name, shifted(values, figures.end(), end)));
    return new Figures(
        end, figures.minuteSeconds(), figures.hourSeconds(), series, figures.policies());
  }

  private static Figures sum(Figures one, Figures other) {
    Map<String, @Nullable Double[]> series = new TreeMap<>(one.series());
    other.series().forEach((name, values) -> series.merge(name, values, how(name)));
    Map<String, Figures.OfPolicy> policies = new LinkedHashMap<>();
    one.policies().forEach(p -> policies.merge(p.policy(), p, FleetReport::sum));
    other.policies().forEach(p -> policies.merge(p.policy(), p, FleetReport::sum));
    return new Figures(
        one.end(),
        Math.max(one.minuteSeconds(), other.minuteSeconds()),
        Math.max(one.hourSeconds(), other.hourSeconds()),
        series,
        new ArrayList<>(policies.values()));
  }

  private static BinaryOperator<@Nullable Double[]> how(String figure) {
    BinaryOperator<Double> merged =
        MeterHistory.kind(figure) == Series.Kind.MAX ? Math::max : Double::sum;
    return (one, other) -> merge(one, other, merged);
  }

  /** Shifts the values to another end. Null if unknown. */
  private static @Nullable Double[] shifted(@Nullable Double[] values, long from, long to) {
    @Nullable Double[] shifted = new @Nullable Double[values.length];
    for (int i = 0; i < values.length; i++) {
      long source = i + to - from;
      shifted[i] = source < 0 || source >= values.length ? null : values[(int) source];
    }
    return shifted;
  }

  private static @Nullable Double[] merge(
      @Nullable Double[] one, @Nullable Double[] other, BinaryOperator<Double> how) {
    @Nullable Double[] merged = new @Nullable Double[Math.min(one.length, other.length)];
    for (int i = 0; i < merged.length; i++) {
      boolean both = one[i] != null && other[i] != null;
      merged[i] = both ? how.apply(one[i], other[i]) : one[i] != null ? one[i] : other[i];
    }
    return merged;
  }

  private static Figures.OfPolicy sum(Figures.OfPolicy one, Figures.OfPolicy other) {
    return new Figures.OfPolicy(
        one.policy(),
        sum(one.minute(), other.minute()),
        sum(one.hour(), other.hour()),
        merge(one.keeps(), other.keeps(), Double::sum));
  }

  private static Figures.Totals sum(Figures.Totals one, Figures.Totals other) {
    Map<String, Double> votes = new HashMap<>(one.votes());
    other.votes().forEach((vote, count) -> votes.merge(vote, count, Double::sum));
    return new Figures.Totals(
        one.traces() + other.traces(),
        one.spans() + other.spans(),
        one.bytes() + other.bytes(),
        one.seconds() + other.seconds(),
        one.decided() + other.decided(),
        one.adjusted() + other.adjusted(),
        votes);
  }
}
