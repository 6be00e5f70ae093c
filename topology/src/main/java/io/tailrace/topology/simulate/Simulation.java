package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.buffer.PieceStore;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.kafka.Watermarks;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SignalLayout;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.TraceDesk;
import io.tailrace.topology.sampling.Verdicts;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Judges spans as an instance that reads one partition would: the same summaries, due rounds,
 * bounds and verdicts. Verdicts are on disk. Not thread-safe.
 */
final class Simulation {
  /** A round is never cut short: nothing else waits for this thread. */
  private static final long MAX_ROUND_NANOS = TimeUnit.DAYS.toNanos(365);

  private static final int RECORDS_BETWEEN_EXPIRIES = 1_000;

  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;
  private final SpanIntake intake;
  private final Watermarks watermarks;
  private long records;

  /** Makes what keeps the spans of open traces. */
  interface Pieces {
    PieceStore of(LogClock clock);
  }

  /**
   * @param pieces where spans are kept; nowhere will do for one version of policies
   * @param rocks an empty one for the verdicts
   */
  Simulation(
      SimulatedTask task,
      PolicySchedule schedule,
      Pieces pieces,
      WindowedRocks rocks,
      Outcomes outcomes) {
    Map<String, byte[]> policyState = new HashMap<>();
    TaskPolicies policies =
        new TaskPolicies(
            () -> schedule,
            new SignalLayout(0, schedule.latest().set().signals()),
            task.rateShare(),
            new PolicyState(policyState::get, policyState::put),
            version -> {});
    LogClock clock = new LogClock(task.mode() == IngestMode.KEYED);
    DueQueue queue = new DueQueue();
    RecordScan scan = new RecordScan(policies.layout());
    traces = new OpenTraces(clock, queue, scan, pieces.of(clock), true);
    verdicts = new Verdicts(task.verdictRetention(), rocks, (traceId, verdict, logTime) -> {});
    rounds =
        new DueRounds(
            traces, verdicts, policies, outcomes, KeepMarks.NONE, RoundSink.NONE, MAX_ROUND_NANOS);
    intake = new SpanIntake(task.bounds(), traces, verdicts, rounds, outcomes);
    watermarks = new Watermarks(task.splitSources());
  }

  /**
   * Takes the next record of a recording.
   *
   * @param tracesData OTLP protobuf
   * @param time of the record, Unix milliseconds
   * @throws MalformedOtlpException if it is none; nothing has changed then
   */
  void take(byte[] tracesData, long time) throws MalformedOtlpException {
    RecordScan scan = traces.scan();
    scan.scan(tracesData);
    long logTime = traces.clock().observe(time);
    rounds.run(records);
    intake.take(scan, time, logTime, records);
    recordTaken();
  }

  /**
   * Takes the next record of a log.
   *
   * @param tracesData OTLP protobuf; null if the record has no value
   * @param time of the record, Unix milliseconds
   * @throws MalformedOtlpException if it is none; log time has passed all the same
   */
  void take(byte[] tracesData, long time, long offset) throws MalformedOtlpException {
    long logTime = traces.clock().observe(time);
    rounds.run(offset);
    recordTaken();
    if (tracesData != null) {
      traces.scan().scan(tracesData);
      intake.take(traces.scan(), time, logTime, offset);
    }
  }

  /** Takes note of how far an ingest partition has been split, and decides what is due by it. */
  void observe(Watermark watermark, long nextOffset) {
    watermarks.observe(watermark);
    advance(watermarks.all(), nextOffset);
  }

  /** Takes note that all records before this time have come, and decides what is due by it. */
  void advance(long time, long nextOffset) {
    traces.clock().advance(time);
    rounds.run(nextOffset);
  }

  /** Decides what is still open, each trace at its due time, as on a partition that went quiet. */
  void finish() {
    advance(Long.MAX_VALUE, records);
  }

  private void recordTaken() {
    if (++records % RECORDS_BETWEEN_EXPIRIES == 0) {
      verdicts.dropExpired(traces.clock().settled());
    }
  }

  /** What the latest record has; valid until the next. */
  RecordScan scan() {
    return traces.scan();
  }

  /** Tells of single traces. */
  TraceDesk desk() {
    return new TraceDesk(traces, verdicts, rounds);
  }

  /** What is not decided yet. */
  OpenTraces open() {
    return traces;
  }

  /** Log time, Unix milliseconds. */
  long now() {
    return traces.clock().now();
  }
}
