package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Judges recorded spans as an instance that reads one partition would: the same summaries, due
 * rounds, bounds and verdicts. The log time of a record is the latest end among its spans. Spans
 * are not kept, verdicts are on disk. Not thread-safe.
 */
final class Simulation {
  private static final long NANOS_IN_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** A round is never cut short: nothing else waits for this thread. */
  private static final long MAX_ROUND_NANOS = TimeUnit.DAYS.toNanos(365);

  private static final int RECORDS_BETWEEN_EXPIRIES = 1_000;

  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;
  private final SpanIntake intake;
  private long records;

  /**
   * @param rocks an empty one for the verdicts
   */
  Simulation(
      PolicySet set,
      Waits waits,
      long verdictRetentionMillis,
      TraceBounds bounds,
      WindowedRocks rocks,
      Outcomes outcomes) {
    PolicySchedule schedule = new PolicySchedule(new PolicyVersion(0, Long.MIN_VALUE, set, waits));
    Map<String, byte[]> policyState = new HashMap<>();
    TaskPolicies policies =
        new TaskPolicies(
            () -> schedule,
            new SignalLayout(0, set.signals()),
            1, // all there is comes by here: the whole rate
            new PolicyState(policyState::get, policyState::put),
            version -> {});
    traces =
        new OpenTraces(
            new LogClock(true),
            new DueQueue(),
            new RecordScan(policies.layout()),
            new NoPieces(),
            true);
    verdicts = new Verdicts(verdictRetentionMillis, rocks, (traceId, verdict, logTime) -> {});
    rounds = new DueRounds(traces, verdicts, policies, outcomes, MAX_ROUND_NANOS);
    intake = new SpanIntake(bounds, traces, verdicts, rounds, outcomes);
  }

  /**
   * Takes the next record.
   *
   * @param tracesData OTLP protobuf
   * @throws MalformedOtlpException if it is none; nothing has changed then
   */
  void take(byte[] tracesData) throws MalformedOtlpException {
    RecordScan scan = traces.scan();
    scan.scan(tracesData);
    traces.clock().observe(latestEndMillis(scan));
    rounds.run(records);
    intake.take(scan, records);
    if (++records % RECORDS_BETWEEN_EXPIRIES == 0) {
      verdicts.dropExpired(traces.clock().settled());
    }
  }

  /** Decides what is still open, each trace at its due time, as on a partition that went quiet. */
  void finish() {
    traces.clock().advance(Long.MAX_VALUE);
    rounds.run(records);
  }

  /** What the latest record has; valid until the next. */
  RecordScan scan() {
    return traces.scan();
  }

  /** Log time, Unix milliseconds. */
  long now() {
    return traces.clock().now();
  }

  private static long latestEndMillis(RecordScan scan) {
    long latest = 0;
    for (int span = 0; span < scan.spans.spanCount(); span++) {
      long end = Long.divideUnsigned(scan.spans.endUnixNanos(span), NANOS_IN_MILLI);
      latest = Math.max(latest, end);
    }
    return latest;
  }
}
