package io.tailrace.topology.cli;

import io.tailrace.topology.console.Figures;
import io.tailrace.topology.console.FleetClient;
import io.tailrace.topology.console.FleetReport;
import io.tailrace.topology.console.InstanceReport;
import io.tailrace.topology.fleet.AdminPorts;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.OperationsReport;
import io.tailrace.topology.text.PlainText;
import io.tailrace.topology.text.Quantity;
import io.tailrace.topology.text.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Formats the figures of the fleet as sections of lines. */
final class TopText {
  private static final int MINUTE_STEPS = 6;
  private static final double SECONDS = 60;
  private static final String NONE = "-";
  private static final int MAX_NAME = 23; // so that the table fits into 80 columns

  private final List<FleetLine> statuses;
  private final FleetClient.Answer answer;
  private final TopSort sort;
  private final List<String> faults;

  /**
   * @param statuses alive and silent instances on the status topic
   * @param answer report of the instances
   * @param faults reasons of outdated figures
   */
  TopText(List<FleetLine> statuses, FleetClient.Answer answer, TopSort sort, List<String> faults) {
    this.statuses = statuses;
    this.answer = answer;
    this.sort = sort;
    this.faults = faults;
  }

  /** Returns the lines of all sections, with empty lines between. */
  List<String> lines() {
    FleetReport report = answer.report();
    List<List<String>> sections = new ArrayList<>();
    sections.add(fleet(report));
    sections.add(instances(report == null ? List.of() : report.instances()));
    Figures figures = report == null ? null : report.figures();
    if (figures != null && figures.minuteSeconds() > 0 && !figures.policies().isEmpty()) {
      sections.add(policies(figures));
    }
    if (!answer.operations().isEmpty()) {
      sections.add(operations(answer.operations()));
    }
    sections.add(notes(report));
    List<String> lines = new ArrayList<>();
    for (List<String> section : sections) {
      if (!section.isEmpty()) {
        if (!lines.isEmpty()) {
          lines.add("");
        }
        lines.addAll(section);
      }
    }
    return lines;
  }

  private List<String> fleet(@Nullable FleetReport report) {
    long running = names().size();
    int answering = report == null ? 0 : report.instances().size();
    String instances =
        "%d of %d %s"
            .formatted(
                answering,
                Math.max(running, answering),
                Math.max(running, answering) == 1 ? "instance" : "instances");
    if (report == null) {
      return List.of("fleet: " + instances + " answer");
    }
    Figures figures = report.figures();
    if (figures == null || figures.minuteSeconds() == 0) {
      return List.of("fleet: " + instances + ", no figures yet (the first come after 10s)");
    }
    double seconds = figures.minuteSeconds();
    double kept = minute(figures, "traces_sampled");
    double decided =
        kept + minute(figures, "traces_not_sampled") + minute(figures, "traces_dropped");
    double lag = instancesSum(report.instances(), TopText::lag);
    return List.of(
        "fleet: %s; %s spans/s in, %s kept; %s of traces kept"
            .formatted(
                instances,
                Quantity.count(minute(figures, "spans") / seconds),
                Quantity.count(minute(figures, "spans_sampled") / seconds),
                Quantity.share(kept, decided)),
        "open: %s traces, %s, oldest %s overdue; delay %s; lag %s records, %s"
            .formatted(
                Quantity.count(latest(figures, "open_traces")),
                Quantity.bytes(latest(figures, "open_bytes")),
                Quantity.seconds(latest(figures, "overdue_seconds")),
                Quantity.seconds(latest(figures, "delay_seconds")),
                Quantity.count(lag),
                Quantity.seconds(latest(figures, "lag_seconds"))));
  }

  private List<String> instances(List<InstanceReport> reports) {
    TextTable table = new TextTable();
    table.row(
        "INSTANCE", "STATE", "VER", "PARTS", "SPANS/S", "LAG", "BEHIND", "OPEN", "BYTES", "HEAP");
    Map<String, List<FleetLine>> silent = new LinkedHashMap<>();
    statuses.forEach(
        line -> silent.computeIfAbsent(line.instance(), name -> new ArrayList<>()).add(line));
    for (InstanceReport report : sorted(reports)) {
      List<FleetLine> lines = silent.remove(report.name());
      table.row(
          PlainText.line(report.address()),
          PlainText.line(report.state()).toLowerCase(Locale.ROOT),
          version(lines),
          Long.toString(report.partitions().stream().filter(p -> p.traces() != null).count()),
          Quantity.count(now(report, "spans")),
          Quantity.count(lag(report)),
          Quantity.seconds(now(report, "lag_seconds")),
          Quantity.count(now(report, "open_traces")),
          Quantity.bytes(now(report, "open_bytes")),
          heap(report));
    }
    silent.forEach(
        (name, lines) -> {
          String admin = lines.get(0).admin();
          table.row(
              PlainText.line(admin == null ? name : admin),
              "no answer",
              version(lines),
              NONE,
              NONE,
              NONE,
              NONE,
              NONE,
              NONE,
              NONE);
        });
    return reports.isEmpty() && silent.isEmpty() ? List.of() : table.toString().lines().toList();
  }

  private List<InstanceReport> sorted(List<InstanceReport> reports) {
    Comparator<InstanceReport> byName = Comparator.comparing(InstanceReport::address);
    Comparator<InstanceReport> order =
        switch (sort) {
          case spans -> largest(report -> number(now(report, "spans")));
          case lag -> largest(report -> number(lag(report)));
          case open -> largest(report -> number(now(report, "open_traces")));
          case heap -> largest(report -> number(now(report, "heap_bytes")));
          case name, keeps, votes -> byName;
        };
    return reports.stream().sorted(order.thenComparing(byName)).toList();
  }

  private List<String> policies(Figures figures) {
    List<Figures.OfPolicy> policies = figures.policies();
    double perMinute = SECONDS / figures.minuteSeconds();
    double kept =
        policies.stream().filter(TopText::isWhole).mapToDouble(p -> p.minute().traces()).sum();
    TextTable table = new TextTable();
    table.row("POLICY", "VOTES/MIN", "OF", "KEEPS/MIN", "SHARE", "SPANS/MIN", "ERRORS/MIN");
    for (Figures.OfPolicy policy : sortedPolicies(policies)) {
      Figures.Totals minute = policy.minute();
      double evaluated = 0;
      for (Map.Entry<String, Double> vote : minute.votes().entrySet()) {
        evaluated += vote.getKey().equals("not_evaluated") ? 0 : vote.getValue();
      }
      table.row(
          PlainText.line(policy.policy()),
          Quantity.count(perMinute * votes(policy)),
          Quantity.count(perMinute * evaluated),
          Quantity.count(perMinute * minute.traces()),
          Quantity.share(minute.traces(), kept),
          Quantity.count(perMinute * minute.spans()),
          Quantity.count(perMinute * minute.votes().getOrDefault("error", 0.0)));
    }
    return table.toString().lines().toList();
  }

  /** Keeps of sub-policies are also those of their policy. */
  private static boolean isWhole(Figures.OfPolicy policy) {
    return !policy.policy().contains("/");
  }

  private List<Figures.OfPolicy> sortedPolicies(List<Figures.OfPolicy> policies) {
    Comparator<Figures.OfPolicy> byName = Comparator.comparing(Figures.OfPolicy::policy);
    Comparator<Figures.OfPolicy> order =
        switch (sort) {
          case name -> byName;
          case votes -> largest(TopText::votes);
          case spans -> largest(policy -> policy.minute().spans());
          case keeps, lag, open, heap -> largest(policy -> policy.minute().traces());
        };
    return policies.stream().sorted(order.thenComparing(byName)).toList();
  }

  /** Since the start of the instances: the answer has no other figures of operations. */
  private List<String> operations(List<OperationsReport.Row> rows) {
    TextTable table = new TextTable();
    table.row("OPERATION (SINCE START)", "SERVICE", "CALLS", "ERRORS", "P50", "P95", "P99", "KEPT");
    for (OperationsReport.Row row : rows) {
      OperationReport of = row.of();
      table.row(
          cut(of.operation()),
          cut(of.service()),
          Quantity.count((double) of.calls()),
          Quantity.share((double) of.errors(), (double) of.calls()),
          Quantity.seconds(row.p50()),
          Quantity.seconds(row.p95()),
          Quantity.seconds(row.p99()),
          Quantity.share((double) of.kept(), (double) of.calls()));
    }
    return table.toString().lines().toList();
  }

  private static String cut(String text) {
    String line = PlainText.line(text);
    return line.length() <= MAX_NAME ? line : line.substring(0, MAX_NAME - 1) + "…";
  }

  private List<String> notes(@Nullable FleetReport report) {
    List<String> notes = new ArrayList<>(faults);
    if (report == null && names().isEmpty()) {
      notes.add("no instance is running (expected: one, with this application_id)");
    }
    Map<String, String> unreachable = answer.unreachable();
    if (report == null && !unreachable.isEmpty()) {
      notes.add(AdminPorts.unreachable(unreachable));
    }
    if (report != null) {
      report
          .silent()
          .forEach(
              (address, why) -> notes.add(PlainText.line(address) + ": " + PlainText.line(why)));
    } else {
      answer
          .refused()
          .forEach(
              (address, why) -> notes.add(PlainText.line(address) + ": " + PlainText.line(why)));
    }
    return notes;
  }

  private List<String> names() {
    return statuses.stream().map(FleetLine::instance).distinct().toList();
  }

  /** Returns the version of the set that decides, which is the first one reported. */
  private static String version(@Nullable List<FleetLine> lines) {
    return Stream.ofNullable(lines)
        .flatMap(List::stream)
        .map(FleetLine::applied)
        .filter(Objects::nonNull)
        .map(applied -> Long.toString(applied.version()))
        .findFirst()
        .orElse(NONE);
  }

  private static String heap(InstanceReport report) {
    Double max = now(report, "heap_max_bytes");
    Double used = now(report, "heap_bytes");
    return used == null || max == null || max <= 0
        ? Quantity.bytes(used)
        : Quantity.share(used, max);
  }

  private static @Nullable Double now(InstanceReport report, String figure) {
    return report.now().get(figure);
  }

  /** Returns the unread records of an instance; null if unknown. */
  private static @Nullable Double lag(InstanceReport report) {
    Double sum = null;
    for (InstanceReport.OfPartition partition : report.partitions()) {
      Double lag = partition.lag();
      if (lag != null) {
        sum = lag + (sum == null ? 0 : sum);
      }
    }
    return sum;
  }

  private static double instancesSum(
      List<InstanceReport> reports, Function<InstanceReport, @Nullable Double> of) {
    return reports.stream().mapToDouble(report -> Math.max(0, number(of.apply(report)))).sum();
  }

  private static double votes(Figures.OfPolicy policy) {
    Map<String, Double> votes = policy.minute().votes();
    return votes.getOrDefault("sampled", 0.0) + votes.getOrDefault("dropped", 0.0);
  }

  private static double minute(Figures figures, String name) {
    @Nullable Double @Nullable [] values = figures.series().get(name);
    double sum = 0;
    for (int i = values == null ? 0 : Math.max(0, values.length - MINUTE_STEPS);
        values != null && i < values.length;
        i++) {
      sum += number(values[i] == null ? 0.0 : values[i]);
    }
    return sum;
  }

  /** Returns the last known value of the last steps; null if there is none. */
  private static @Nullable Double latest(Figures figures, String name) {
    @Nullable Double @Nullable [] values = figures.series().get(name);
    for (int i = values == null ? 0 : values.length; i > 0; i--) {
      Double value = Objects.requireNonNull(values)[i - 1];
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** Sorts unknown values last. */
  private static double number(@Nullable Double value) {
    return value == null ? -1 : value;
  }

  private static <T> Comparator<T> largest(ToDoubleFunction<T> of) {
    return Comparator.comparingDouble(of).reversed();
  }
}
