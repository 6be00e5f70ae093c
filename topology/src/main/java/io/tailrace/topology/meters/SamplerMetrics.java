package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.keep.KeepOutcome;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;

/** Meters of an instance's tasks. Thread-safe. */
public final class SamplerMetrics {
  private final MeterRegistry registry;
  private final Set<TaskGauges> tasks = ConcurrentHashMap.newKeySet();
  private final IntakeMeters intake;
  private final ExportMeters export;
  private final Map<Decision.Outcome, Counter> traces = new EnumMap<>(Decision.Outcome.class);
  private final Map<Decision.Outcome, Counter> spans = new EnumMap<>(Decision.Outcome.class);
  private final Map<EarlyReason, Counter> early = new EnumMap<>(EarlyReason.class);
  private final Map<KeepOutcome, Counter> keepRequests = new EnumMap<>(KeepOutcome.class);
  private final Map<SpanStamp.Result, Counter> stamped = new EnumMap<>(SpanStamp.Result.class);
  private final EarlyWarnings earlyWarnings;
  private final RecentVerdicts recent;
  private final BudgetMeters budgets;

  public SamplerMetrics(MeterRegistry registry, InstantSource wallClock) {
    this.registry = registry;
    earlyWarnings = new EarlyWarnings(wallClock);
    recent = new RecentVerdicts(wallClock, System::nanoTime);
    budgets = new BudgetMeters(registry, tasks);
    intake = new IntakeMeters(registry);
    export = new ExportMeters(registry);
    for (Decision.Outcome outcome : Decision.Outcome.values()) {
      String tag = outcome.name().toLowerCase(Locale.ROOT);
      traces.put(outcome, outcome("tailrace.traces.decided", "Traces decided", tag));
      spans.put(outcome, outcome("tailrace.spans.decided", "Spans of traces decided", tag));
    }
    for (KeepOutcome outcome : KeepOutcome.values()) {
      String help = "Keep requests by outcome";
      keepRequests.put(outcome, outcome("tailrace.keep.requests", help, outcome.tag()));
    }
    for (EarlyReason reason : EarlyReason.values()) {
      early.put(
          reason,
          Counter.builder("tailrace.traces.decided.early")
              .description("Traces decided before their due time because of a limit")
              .tag("reason", reason.tag())
              .register(registry));
    }
    for (SpanStamp.Result result : SpanStamp.Result.values()) {
      stamped.put(
          result,
          Counter.builder("tailrace.spans.stamped")
              .description("Kept spans by the result of writing the sampling threshold")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    gauge("tailrace.buffer.traces", "Open traces", null, tasks -> sum(TaskGauges::traces));
    gauge("tailrace.buffer.spans", "Spans of open traces", null, tasks -> sum(TaskGauges::spans));
    gauge(
        "tailrace.buffer.size",
        "Bytes of open traces, on the heap and on disk",
        BaseUnits.BYTES,
        tasks -> sum(TaskGauges::bytes));
    gauge(
        "tailrace.overdue.max",
        "Time for which the oldest due trace is overdue",
        "seconds",
        tasks ->
            tasks.stream().mapToDouble(TaskGauges::overdueMillis).max().orElse(0)
                / TimeUnit.SECONDS.toMillis(1));
    gauge(
        "tailrace.lag.max",
        "Delay of the log time of the slowest partition behind the clock",
        "seconds",
        tasks ->
            tasks.stream()
                    .mapToDouble(task -> task.behindMillis(wallClock.millis()))
                    .max()
                    .orElse(0)
                / TimeUnit.SECONDS.toMillis(1));
  }

  /** Creates the meters of a started task. The task closes them. */
  public TaskMeters register(TopicPartition source) {
    TaskGauges gauges = new TaskGauges(source, tasks::remove);
    tasks.add(gauges);
    return new TaskMeters(registry, this, gauges, budgets);
  }

  /** Returns the tasks of this instance. */
  public Collection<TaskGauges> tasks() {
    return List.copyOf(tasks);
  }

  /** Returns a sample of the latest verdicts. */
  public RecentVerdicts recent() {
    return recent;
  }

  /** Number of tasks with a known log time; other tasks have no traces to judge yet. */
  public int startedTasks() {
    return (int) tasks.stream().filter(TaskGauges::hasStarted).count();
  }

  /** Lowest policy version of the tasks with a known log time. */
  public OptionalLong lowestVersion() {
    return tasks.stream().filter(TaskGauges::hasStarted).mapToLong(TaskGauges::judging).min();
  }

  public void split(int spanCount) {
    intake.split(spanCount);
  }

  public void received(int bytes, int spanCount) {
    intake.received(bytes, spanCount);
  }

  public void opened() {
    intake.opened();
  }

  /**
   * Counts a decided trace of a task.
   *
   * @param outcome outcome of the decision, or that of a manual keep
   */
  void decided(
      OpenTrace trace,
      PolicyVersion version,
      Decision decision,
      Decision.Outcome outcome,
      Verdict verdict) {
    recent.decided(trace, version, decision, verdict);
    traces.get(outcome).increment();
    spans.get(outcome).increment(trace.spanCount);
  }

  public void decidedEarly(EarlyReason reason, String group) {
    early.get(reason).increment();
    earlyWarnings.decidedEarly(reason, group);
  }

  public void slotEnded(boolean isPutOff) {
    budgets.slot(isPutOff);
  }

  public void late(Verdict verdict, int spanCount) {
    intake.late(verdict, spanCount);
  }

  public void exported(long delayMillis) {
    export.exported(delayMillis);
  }

  public void stamped(SpanStamp.Result result) {
    stamped.get(result).increment();
  }

  public void exportedBytes(int bytes) {
    export.exportedBytes(bytes);
  }

  /** Counts an answered keep request. */
  public void keepAsked(KeepOutcome outcome) {
    keepRequests.get(outcome).increment();
  }

  public void deadLetter() {
    export.deadLetter();
  }

  private double sum(ToDoubleFunction<TaskGauges> value) {
    return tasks.stream().mapToDouble(value).sum();
  }

  private void gauge(
      String name, String description, String unit, ToDoubleFunction<Set<TaskGauges>> value) {
    Gauge.builder(name, tasks, value)
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }

  private Counter outcome(String name, String description, String outcome) {
    return Counter.builder(name)
        .description(description)
        .tag("outcome", outcome)
        .register(registry);
  }
}
