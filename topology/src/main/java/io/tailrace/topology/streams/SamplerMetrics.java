package io.tailrace.topology.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.keep.KeepOutcome;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.time.Duration;
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

/** The meters of an instance's tasks. Thread-safe. */
public final class SamplerMetrics {
  private final MeterRegistry registry;
  private final Set<TaskGauges> tasks = ConcurrentHashMap.newKeySet();
  private final Counter recordsSplit;
  private final Counter spansSplit;
  private final Counter recordsReceived;
  private final Counter spansReceived;
  private final Counter bytesReceived;
  private final Counter tracesOpened;
  private final Counter spansLateKept;
  private final Counter spansLateDropped;
  private final Counter recordsExported;
  private final Counter bytesExported;
  private final Counter deadLetters;
  private final Timer decisionDelay;
  private final Map<Decision.Outcome, Counter> traces = new EnumMap<>(Decision.Outcome.class);
  private final Map<Decision.Outcome, Counter> spans = new EnumMap<>(Decision.Outcome.class);
  private final Map<EarlyReason, Counter> early = new EnumMap<>(EarlyReason.class);
  private final Map<KeepOutcome, Counter> keepRequests = new EnumMap<>(KeepOutcome.class);
  private final Map<SpanStamp.Result, Counter> stamped = new EnumMap<>(SpanStamp.Result.class);
  private final EarlyWarnings earlyWarnings;
  private final RecentVerdicts recent;

  public SamplerMetrics(MeterRegistry registry, InstantSource wallClock) {
    this.registry = registry;
    earlyWarnings = new EarlyWarnings(wallClock);
    recent = new RecentVerdicts(wallClock, System::nanoTime);
    recordsSplit = counter("tailrace.split.records", "Ingest records cut into one a trace");
    spansSplit = counter("tailrace.split.spans", "Spans in those records");
    recordsReceived = counter("tailrace.records.received", "Records that reached the sampler");
    spansReceived = counter("tailrace.spans.received", "Spans that reached the sampler");
    bytesReceived =
        Counter.builder("tailrace.received")
            .description("Bytes of the records that reached the sampler")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    tracesOpened = counter("tailrace.traces.received", "Traces whose first span was seen");
    spansLateKept = late("kept");
    spansLateDropped = late("dropped");
    recordsExported = counter("tailrace.records.exported", "Records on the export topic");
    bytesExported =
        Counter.builder("tailrace.exported")
            .description("Bytes on the export topic")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    deadLetters = counter("tailrace.dead.letters", "Records and spans that could not be read");
    decisionDelay =
        Timer.builder("tailrace.decision.delay")
            .description("From a kept trace's due time to its export")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(10))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
    for (Decision.Outcome outcome : Decision.Outcome.values()) {
      String tag = outcome.name().toLowerCase(Locale.ROOT);
      traces.put(outcome, outcome("tailrace.traces.decided", "Traces decided", tag));
      spans.put(outcome, outcome("tailrace.spans.decided", "Spans of traces decided", tag));
    }
    for (KeepOutcome outcome : KeepOutcome.values()) {
      String help = "Requests to keep a trace, by what became of them";
      keepRequests.put(outcome, outcome("tailrace.keep.requests", help, outcome.tag()));
    }
    for (EarlyReason reason : EarlyReason.values()) {
      early.put(
          reason,
          Counter.builder("tailrace.traces.decided.early")
              .description("Traces decided before they were due, because of a bound")
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
        "How long the oldest trace that is due has been waiting for its decision",
        "seconds",
        tasks ->
            tasks.stream().mapToDouble(TaskGauges::overdueMillis).max().orElse(0)
                / TimeUnit.SECONDS.toMillis(1));
    gauge(
        "tailrace.lag.max",
        "How far the log time of the slowest partition is behind the clock",
        "seconds",
        tasks ->
            tasks.stream()
                    .mapToDouble(task -> task.behindMillis(wallClock.millis()))
                    .max()
                    .orElse(0)
                / TimeUnit.SECONDS.toMillis(1));
  }

  /** The meters of a task that has started; to be closed with it. */
  TaskMeters register(TopicPartition source) {
    TaskGauges gauges = new TaskGauges(source, tasks::remove);
    tasks.add(gauges);
    return new TaskMeters(registry, this, gauges);
  }

  /** The tasks that are here. */
  public Collection<TaskGauges> tasks() {
    return List.copyOf(tasks);
  }

  /** A few of the latest verdicts. */
  public RecentVerdicts recent() {
    return recent;
  }

  /** Tasks whose log time is known: the others have nothing to judge yet. */
  public int startedTasks() {
    return (int) tasks.stream().filter(TaskGauges::hasStarted).count();
  }

  /** The lowest policy version that such a task judges by. */
  public OptionalLong lowestVersion() {
    return tasks.stream().filter(TaskGauges::hasStarted).mapToLong(TaskGauges::judging).min();
  }

  void split(int spanCount) {
    recordsSplit.increment();
    spansSplit.increment(spanCount);
  }

  void received(int bytes, int spanCount) {
    recordsReceived.increment();
    spansReceived.increment(spanCount);
    bytesReceived.increment(bytes);
  }

  void opened() {
    tracesOpened.increment();
  }

  /**
   * A trace was decided in one of the tasks.
   *
   * @param outcome the decision's, unless the trace is kept by hand
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

  void decidedEarly(EarlyReason reason) {
    early.get(reason).increment();
    earlyWarnings.decidedEarly(reason);
  }

  void late(Verdict verdict, int spanCount) {
    (verdict.kept() ? spansLateKept : spansLateDropped).increment(spanCount);
  }

  void exported(long delayMillis) {
    decisionDelay.record(Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
  }

  void stamped(SpanStamp.Result result) {
    stamped.get(result).increment();
  }

  void exportedBytes(int bytes) {
    recordsExported.increment();
    bytesExported.increment(bytes);
  }

  /** A request to keep a trace was answered. */
  void keepAsked(KeepOutcome outcome) {
    keepRequests.get(outcome).increment();
  }

  void deadLetter() {
    deadLetters.increment();
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

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter late(String outcome) {
    return outcome("tailrace.spans.late", "Spans that came after their trace's verdict", outcome);
  }

  private Counter outcome(String name, String description, String outcome) {
    return Counter.builder(name)
        .description(description)
        .tag("outcome", outcome)
        .register(registry);
  }
}
