package io.tailrace.topology.console;

import io.tailrace.topology.fleet.InstanceStatus;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.meters.RecentVerdicts;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.meters.TaskGauges;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.Operations;
import io.tailrace.topology.sampling.BudgetState;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/** Data of this instance for the console. Thread-safe. */
public final class ConsoleInstance {
  private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);
  private static final List<String> LATEST =
      List.of(
          "open_traces",
          "open_spans",
          "open_bytes",
          "lag_seconds",
          "overdue_seconds",
          "delay_seconds");
  private static final List<String> RATES =
      List.of("spans", "bytes", "traces", "traces_sampled", "dead_letters");

  private final String address;
  private final Supplier<InstanceStatus> status;
  private final Supplier<String> state;
  private final OwnState own;
  private final Supplier<Map<MetricName, ? extends Metric>> kafka;
  private final MeterHistory history;
  private final InstantSource clock;

  /**
   * State of the instance.
   *
   * @param restoring partitions whose state is being restored
   * @param stateDir directory of the open traces
   */
  public record OwnState(
      SamplerMetrics metrics,
      Operations operations,
      Supplier<List<InstanceReport.Restoring>> restoring,
      Path stateDir) {}

  /**
   * @param status status on the status topic
   * @param state of Kafka Streams
   * @param kafka metrics of the Kafka clients
   */
  public ConsoleInstance(
      String address,
      Supplier<InstanceStatus> status,
      Supplier<String> state,
      OwnState own,
      Supplier<Map<MetricName, ? extends Metric>> kafka,
      MeterHistory history,
      InstantSource clock) {
    this.address = address;
    this.status = status;
    this.state = state;
    this.own = own;
    this.kafka = kafka;
    this.history = history;
    this.clock = clock;
  }

  InstanceReport report() {
    InstanceStatus said = status.get();
    Figures figures = history.figures();
    return new InstanceReport(
        address,
        said.instance(),
        said.host(),
        said.started(),
        state.get(),
        said.sets(),
        partitions(),
        figures,
        now(figures),
        own.restoring.get());
  }

  List<RecentVerdicts.Line> verdicts() {
    return own.metrics.recent().lines();
  }

  /** Returns the budgets and keys of its partitions. */
  List<BudgetState> budgets() {
    return BudgetSum.of(
        own.metrics.tasks().stream()
            .sorted(Comparator.comparingInt(task -> task.source().partition()))
            .flatMap(task -> task.budgets().stream())
            .toList());
  }

  /** Returns the counts of its operations since its start. */
  List<OperationReport> operations() {
    return own.operations.reports();
  }

  /** Returns the burn rates of its partitions. */
  List<BurnState> burns() {
    return BurnState.sum(
        own.metrics.tasks().stream().flatMap(task -> task.burns().stream()).toList());
  }

  /** Returns the partitions that it decides and those that it only splits. */
  private List<InstanceReport.OfPartition> partitions() {
    Map<String, InstanceReport.OfPartition> found = new TreeMap<>();
    Map<String, @Nullable Double> lags = new TreeMap<>();
    kafka
        .get()
        .forEach(
            (name, metric) -> {
              String topic = name.tags().get("topic");
              String number = name.tags().get("partition");
              if (name.name().equals("records-lag") && topic != null && number != null) {
                int partition = Integer.parseInt(number);
                Double lag = metric.metricValue() instanceof Double value ? value : null;
                Double known = lag == null || lag.isNaN() ? null : lag;
                lags.put(topic + "/" + partition, known);
                found.put(topic + "/" + partition, readOnly(topic, partition, known));
              }
            });
    for (TaskGauges task : own.metrics.tasks()) {
      String topic = task.source().topic();
      int partition = task.source().partition();
      found.put(
          topic + "/" + partition,
          new InstanceReport.OfPartition(
              topic,
              partition,
              lags.get(topic + "/" + partition),
              task.behindMillis(clock.millis()) / MILLIS,
              task.overdueMillis() / MILLIS,
              task.traces(),
              task.spans(),
              task.bytes(),
              task.judging()));
    }
    List<InstanceReport.OfPartition> sorted = new ArrayList<>(found.values());
    sorted.sort(
        Comparator.comparing(InstanceReport.OfPartition::topic)
            .thenComparingInt(InstanceReport.OfPartition::partition));
    return sorted;
  }

  private static InstanceReport.OfPartition readOnly(
      String topic, int partition, @Nullable Double lag) {
    return new InstanceReport.OfPartition(
        topic, partition, lag, null, null, null, null, null, null);
  }

  private Map<String, @Nullable Double> now(Figures figures) {
    Map<String, @Nullable Double> now = new LinkedHashMap<>();
    for (String name : RATES) {
      @Nullable Double[] hour = hour(figures, name);
      double sum = 0;
      int from = Math.max(0, hour.length - 6);
      for (int i = from; i < hour.length; i++) {
        sum += hour[i] == null ? 0 : hour[i];
      }
      now.put(name, figures.minuteSeconds() == 0 ? 0 : sum / figures.minuteSeconds());
    }
    for (String name : LATEST) {
      @Nullable Double[] hour = hour(figures, name);
      now.put(name, hour[hour.length - 1]);
    }
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    now.put("heap_bytes", (double) heap.getUsed());
    now.put("heap_max_bytes", (double) heap.getMax());
    File disk = own.stateDir.toFile();
    now.put("disk_free_bytes", (double) disk.getUsableSpace());
    now.put("disk_total_bytes", (double) disk.getTotalSpace());
    return now;
  }

  /** The own history has all figures. */
  private static @Nullable Double[] hour(Figures figures, String name) {
    return Objects.requireNonNull(figures.series().get(name), name);
  }
}
