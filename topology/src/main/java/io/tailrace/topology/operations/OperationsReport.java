package io.tailrace.topology.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Operations of several instances together.
 *
 * @param bounds upper bounds of the buckets in seconds; a last bucket has none
 * @param total number of operations
 * @param matching number of those that contain the searched text
 * @param operations the first of these
 * @param silent reasons of instances that did not answer, by address
 */
public record OperationsReport(
    List<Double> bounds,
    int total,
    int matching,
    List<Row> operations,
    Map<String, String> silent) {

  /**
   * An operation with estimated quantiles of its durations.
   *
   * @param p50 in seconds; null without any call
   */
  public record Row(
      @JsonUnwrapped OperationReport of,
      @Nullable Double p50,
      @Nullable Double p95,
      @Nullable Double p99) {
    static Row of(OperationReport report) {
      return new Row(
          report.withPolicies(MAX_SHOWN_POLICIES),
          DurationBuckets.quantile(0.5, report.buckets()),
          DurationBuckets.quantile(0.95, report.buckets()),
          DurationBuckets.quantile(0.99, report.buckets()));
    }
  }

  /** Order of operations: the largest first, or by name. */
  public enum Sort {
    CALLS,
    ERRORS,
    KEPT,
    DROPPED,
    WEIGHT,
    P50,
    P95,
    P99,
    NAME;

    private Comparator<Row> order() {
      return switch (this) {
        case CALLS -> largest(row -> row.of.calls());
        case ERRORS -> largest(row -> row.of.errors());
        case KEPT -> largest(row -> row.of.kept());
        case DROPPED -> largest(row -> row.of.calls() - row.of.kept());
        case WEIGHT -> largest(row -> row.of.weight());
        case P50 -> largest(row -> row.p50 == null ? -1 : row.p50);
        case P95 -> largest(row -> row.p95 == null ? -1 : row.p95);
        case P99 -> largest(row -> row.p99 == null ? -1 : row.p99);
        case NAME -> BY_NAME;
      };
    }

    private static Comparator<Row> largest(ToDoubleFunction<Row> value) {
      return Comparator.comparingDouble(value).reversed().thenComparing(BY_NAME);
    }
  }

  private static final int MAX_SHOWN_POLICIES = 5;
  private static final Comparator<Row> BY_NAME =
      Comparator.<Row, String>comparing(row -> row.of.service())
          .thenComparing(row -> row.of.operation())
          .thenComparing(row -> row.of.kind());

  /**
   * What is shown.
   *
   * @param text part of the service or the name, in upper or lower case; empty: all
   * @param limit greatest number of operations
   */
  public record Query(String text, int limit, Sort sort) {
    private boolean matches(OperationReport report) {
      String searched = text.toLowerCase(Locale.ROOT);
      return report.service().toLowerCase(Locale.ROOT).contains(searched)
          || report.operation().toLowerCase(Locale.ROOT).contains(searched);
    }
  }

  /** Adds up the operations of instances. */
  public static OperationsReport of(
      Collection<OperationReport> reports, Query query, Map<String, String> silent) {
    record Key(String service, String operation, String kind) {}
    Map<Key, OperationReport> sums = new LinkedHashMap<>();
    for (OperationReport report : reports) {
      Key key = new Key(report.service(), report.operation(), report.kind());
      sums.merge(key, report, OperationsReport::sum);
    }
    List<Row> rows =
        sums.values().stream()
            .filter(query::matches)
            .map(Row::of)
            .sorted(query.sort.order())
            .toList();
    return new OperationsReport(
        DurationBuckets.seconds(),
        sums.size(),
        rows.size(),
        List.copyOf(rows.subList(0, Math.min(query.limit, rows.size()))),
        silent);
  }

  private static OperationReport sum(OperationReport one, OperationReport other) {
    return new OperationReport(
        one.service(),
        one.operation(),
        one.kind(),
        one.calls() + other.calls(),
        one.errors() + other.errors(),
        one.failed() + other.failed(),
        one.kept() + other.kept(),
        one.weighted() + other.weighted(),
        one.weight() + other.weight(),
        one.seconds() + other.seconds(),
        sum(one.buckets(), other.buckets()),
        policies(one.policies(), other.policies()),
        recent(one.recent(), other.recent()));
  }

  private static List<Long> sum(List<Long> one, List<Long> other) {
    List<Long> sum = new ArrayList<>(one);
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      sum.set(i, one.get(i) + other.get(i));
    }
    return sum;
  }

  private static List<OperationReport.Keeps> policies(
      List<OperationReport.Keeps> one, List<OperationReport.Keeps> other) {
    Map<String, Long> sums = new LinkedHashMap<>();
    one.forEach(keeps -> sums.merge(keeps.policy(), keeps.kept(), Long::sum));
    other.forEach(keeps -> sums.merge(keeps.policy(), keeps.kept(), Long::sum));
    List<OperationReport.Keeps> all = new ArrayList<>();
    sums.forEach((policy, kept) -> all.add(new OperationReport.Keeps(policy, kept)));
    all.sort(Comparator.comparingLong(OperationReport.Keeps::kept).reversed());
    return all;
  }

  private static List<OperationReport.Recent> recent(
      List<OperationReport.Recent> one, List<OperationReport.Recent> other) {
    List<OperationReport.Recent> all = new ArrayList<>(one);
    all.addAll(other);
    all.sort(Comparator.comparingLong(OperationReport.Recent::at).reversed());
    Set<String> met = new HashSet<>();
    return all.stream()
        .filter(recent -> met.add(recent.traceId()))
        .limit(KeptTally.MAX_RECENT)
        .toList();
  }
}
