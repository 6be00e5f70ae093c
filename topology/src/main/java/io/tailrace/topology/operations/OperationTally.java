package io.tailrace.topology.operations;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tailrace.serdes.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Meters and counts of one operation. The meters have the names and labels of the Collector's span
 * metrics connector. Not thread-safe.
 */
final class OperationTally {
  static final String PREFIX = "traces.span.metrics.";
  private static final int STATUS_ERROR = 2;
  private static final String[] STATUS = {"UNSET", "OK", "ERROR"};
  private static final double NANOS_IN_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MeterRegistry registry;
  private final Operation operation;
  private final @Nullable StatusMeters[] meters = new @Nullable StatusMeters[STATUS.length];
  private final long[] buckets = new long[DurationBuckets.COUNT];
  private final KeptTally kept = new KeptTally();
  private long calls;
  private long errors;
  private long failed;
  private double nanos;

  OperationTally(MeterRegistry registry, Operation operation) {
    this.registry = registry;
    this.operation = operation;
  }

  void count(PendingCalls all, int call, long wallTime) {
    int status = all.status(call);
    StatusMeters meter = meters[status];
    if (meter == null) {
      meter = new StatusMeters(registry, operation, STATUS[status]);
      meters[status] = meter;
    }
    if (all.isNew(call)) {
      long duration = all.nanos(call);
      calls++;
      errors += status == STATUS_ERROR ? 1 : 0;
      failed += all.isFailed(call) ? 1 : 0;
      nanos += duration;
      buckets[DurationBuckets.of(duration)]++;
      increment(meter.calls);
      meter.duration.record(duration, TimeUnit.NANOSECONDS);
    }
    Verdict keptBy = all.keptBy(call);
    if (keptBy != null) {
      increment(meter.kept);
      kept.count(all.traceHigh(call), all.traceLow(call), keptBy, wallTime);
    }
  }

  /** One thread at a time counts, others read: cheaper than a counter of the registry. */
  private static void increment(AtomicLong count) {
    count.lazySet(count.getPlain() + 1);
  }

  OperationReport report() {
    return new OperationReport(
        operation.service(),
        operation.name(),
        operation.kindLabel(),
        calls,
        errors,
        failed,
        kept.kept(),
        kept.weighted(),
        kept.weight(),
        nanos / NANOS_IN_SECOND,
        LongStream.of(buckets).boxed().toList(),
        kept.policies(),
        kept.recent());
  }

  /** Removes the meters. */
  void close() {
    for (StatusMeters meter : meters) {
      if (meter != null) {
        meter.shown.forEach(registry::remove);
      }
    }
  }

  private static final class StatusMeters {
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final Timer duration;
    private final List<Meter> shown;

    StatusMeters(MeterRegistry registry, Operation of, String status) {
      Tags tags =
          Tags.of(
              "service.name",
              of.service(),
              "span.name",
              of.name(),
              "span.kind",
              of.kindLabel(),
              "status.code",
              "STATUS_CODE_" + status);
      duration =
          Timer.builder(PREFIX + "duration")
              .description("Durations of the entry spans of all decided traces")
              .tags(tags)
              .serviceLevelObjectives(DurationBuckets.bounds())
              .register(registry);
      shown =
          List.of(
              duration,
              counter("calls", "Entry spans of all decided traces", calls, tags, registry),
              counter("kept", "Entry spans of kept traces", kept, tags, registry));
    }

    private static Meter counter(
        String name, String description, AtomicLong count, Tags tags, MeterRegistry registry) {
      return FunctionCounter.builder(PREFIX + name, count, AtomicLong::doubleValue)
          .description(description)
          .tags(tags)
          .register(registry);
    }
  }
}
