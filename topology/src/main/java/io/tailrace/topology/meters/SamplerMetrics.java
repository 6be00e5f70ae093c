package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.keep.KeepOutcome;
import io.tailrace.topology.keep.LinkOutcome;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Meters of an instance's tasks. Thread-safe. */
public final class SamplerMetrics {
  private final MeterRegistry registry;
  private final Set<TaskGauges> tasks = ConcurrentHashMap.newKeySet();
  private final IntakeMeters intake;
  private final ExportMeters export;
  private final EnumCounters<Decision.Outcome> traces;
  private final EnumCounters<Decision.Outcome> spans;
  private final EnumCounters<EarlyReason> early;
  private final EnumCounters<KeepOutcome> keepRequests;
  private final EnumCounters<SpanStamp.Result> stamped;
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
    traces = decided("tailrace.traces.decided", "Traces decided");
    spans = decided("tailrace.spans.decided", "Spans of traces decided");
    keepRequests =
        counters(
            KeepOutcome.class,
            "tailrace.keep.requests",
            "Keep requests by outcome",
            "outcome",
            KeepOutcome::tag);
    early =
        counters(
            EarlyReason.class,
            "tailrace.traces.decided.early",
            "Traces decided before their due time because of a limit",
            "reason",
            EarlyReason::tag);
    stamped =
        counters(
            SpanStamp.Result.class,
            "tailrace.spans.stamped",
            "Kept spans by the result of writing the sampling threshold",
            "result",
            SamplerMetrics::lowerCase);
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
    TaskGauges gauges = new TaskGauges(source, this::remove);
    tasks.add(gauges);
    return new TaskMeters(registry, this, gauges, budgets);
  }

  private void remove(TaskGauges closed) {
    tasks.remove(closed);
    budgets.burns().show(); // without its keys
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
    traces.of(outcome).increment();
    spans.of(outcome).increment(trace.spanCount);
  }

  public void decidedEarly(EarlyReason reason, String group) {
    early.of(reason).increment();
    earlyWarnings.decidedEarly(reason, group);
  }

  public void slotEnded(boolean isPutOff) {
    budgets.slot(isPutOff);
  }

  public void late(Verdict verdict, int spanCount) {
    intake.late(verdict, spanCount);
  }

  /** Counts a trace whose verdict late spans turned. */
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    recent.decided(trace, version, decision, verdict);
    intake.reconsidered().kept();
  }

  /** Counts a trace whose verdict stays, as late spans turned too many others. */
  public void notReconsidered() {
    intake.reconsidered().limited();
  }

  /**
   * Counts a trace that was read back because of a late span or a link.
   *
   * @param isWhole whether the log still had all its spans
   */
  public void readBack(boolean isWhole) {
    intake.reconsidered().readBack(isWhole);
  }

  /**
   * Counts a link from a kept trace to another.
   *
   * @param isRequested whether the trace was requested; otherwise, too many others were
   */
  public void linkFollowed(boolean isRequested) {
    intake.links().followed(isRequested);
  }

  /** Counts the answer to the request of a link. */
  public void linkAsked(LinkOutcome outcome) {
    intake.links().asked(outcome);
  }

  public void exported(long delayMillis) {
    export.exported(delayMillis);
  }

  public void stamped(SpanStamp.Result result) {
    stamped.of(result).increment();
  }

  /** Counts spans, and events of other spans, that filters left out of a kept trace. */
  public void leftOut(int spanCount, int eventCount) {
    export.leftOut(spanCount, eventCount);
  }

  /** Counts an exported span that redaction changed. */
  public void redacted() {
    export.redacted();
  }

  /** Counts a kept span that could not be redacted and is not exported. */
  public void notRedacted() {
    export.notRedacted();
  }

  public void exportedBytes(int bytes) {
    export.exportedBytes(bytes);
  }

  /** Counts an answered keep request. */
  public void keepAsked(KeepOutcome outcome) {
    keepRequests.of(outcome).increment();
  }

  public void deadLetter() {
    export.deadLetter();
  }

  private double sum(ToDoubleFunction<TaskGauges> value) {
    return tasks.stream().mapToDouble(value).sum();
  }

  private void gauge(
      String name,
      String description,
      @Nullable String unit,
      ToDoubleFunction<Set<TaskGauges>> value) {
    Gauge.builder(name, tasks, value)
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }

  private EnumCounters<Decision.Outcome> decided(String name, String description) {
    return counters(
        Decision.Outcome.class, name, description, "outcome", SamplerMetrics::lowerCase);
  }

  private <E extends Enum<E>> EnumCounters<E> counters(
      Class<E> type, String name, String description, String tag, Function<E, String> value) {
    return new EnumCounters<>(
        type,
        constant ->
            Counter.builder(name)
                .description(description)
                .tag(tag, value.apply(constant))
                .register(registry));
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
