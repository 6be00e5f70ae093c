package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.BufferedPieces;
import io.tailrace.topology.buffer.NoPieces;
import io.tailrace.topology.buffer.PieceStore;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.VerdictRows;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.kafka.Watermarks;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.DueQueue;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.Keeps;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.ReadBacks;
import io.tailrace.topology.sampling.Reconsideration;
import io.tailrace.topology.sampling.RecordLoop;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SignalLayout;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.sampling.TraceAnswers;
import io.tailrace.topology.sampling.Verdicts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Judges the records of one partition as its task does: with the same record times, watermarks,
 * summaries, due rounds, bounds and policy versions. Stores verdicts on disk. Not thread-safe.
 */
public final class PartitionSimulation implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long HEAP_BYTES = 32 << 20;
  private static final long WINDOW_MILLIS = Duration.ofSeconds(10).toMillis();
  private static final int RECORDS_BETWEEN_DROPS = 1_000;

  /** Unlimited round time, as no other work waits for this thread. */
  private static final long MAX_ROUND_NANOS = TimeUnit.DAYS.toNanos(365);

  private final SimulatedTask task;
  private final Path directory;
  private final VerdictRows verdictsOnDisk;
  private final @Nullable WindowedRocks spansOnDisk;
  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final DueRounds rounds;
  private final SpanIntake intake;
  private final RecordLoop loop;
  private @Nullable BufferedPieces pieces;
  private long nextOffset;
  private int records;

  /**
   * @param directory directory for the state on disk; deleted at the end
   */
  public PartitionSimulation(
      SimulatedTask task,
      PolicySchedule schedule,
      RocksResources resources,
      Path directory,
      Outcomes outcomes) {
    this.task = task;
    this.directory = directory;
    verdictsOnDisk = new VerdictRows(resources, directory.resolve("verdicts").toFile());
    // What a later version asks for, or traces of which spans come before earlier ones.
    boolean rereads = schedule.versions().size() > 1 || task.mode() == IngestMode.UNKEYED;
    spansOnDisk =
        rereads ? WindowedRocks.forScans(resources, directory.resolve("spans").toFile()) : null;
    Map<String, byte[]> policyState = new HashMap<>();
    TaskPolicies policies =
        new TaskPolicies(
            () -> schedule,
            new SignalLayout(0, schedule.latest().set().signals()),
            task.rateShare(),
            new PolicyState(policyState::get, policyState::put),
            version -> {});
    LogClock clock = new LogClock(task.mode() == IngestMode.KEYED);
    RecordScan scan = new RecordScan(policies.layout());
    traces =
        new OpenTraces(
            clock,
            new DueQueue(),
            scan,
            pieceStore(clock),
            new SummarySettings(() -> schedule, Outlines.ROOT, task.bounds().groupBy()));
    verdicts =
        new Verdicts(
            task.verdictRetention(),
            Verdict.NEVER,
            verdictsOnDisk,
            (high, low, verdict, logTime) -> {});
    Reconsideration reconsideration =
        new Reconsideration(
            verdicts,
            policies,
            outcomes,
            ReadBacks.SIMULATED,
            task.bounds().reconsideredPerSecond());
    rounds =
        new DueRounds(
            traces,
            verdicts,
            policies,
            outcomes,
            new Keeps(KeepMarks.NONE, reconsideration),
            RoundSink.NONE,
            MAX_ROUND_NANOS);
    intake = new SpanIntake(task.bounds(), traces, verdicts, rounds, reconsideration, outcomes);
    loop = new RecordLoop(new Watermarks(task.splitSources()), traces);
  }

  private PieceStore pieceStore(LogClock clock) {
    if (spansOnDisk == null) {
      return new NoPieces();
    }
    BufferLimits limits = new BufferLimits(CHUNK_BYTES, HEAP_BYTES, WINDOW_MILLIS);
    pieces = new BufferedPieces(limits, spansOnDisk, clock::now);
    return pieces;
  }

  /**
   * Processes the next record.
   *
   * @return whether it was a record of spans, and not a watermark
   * @throws MalformedOtlpException if it is neither; log time advances nevertheless
   */
  public boolean take(ConsumerRecord<byte[], byte[]> record) throws MalformedOtlpException {
    nextOffset = record.offset() + 1;
    if (++records % RECORDS_BETWEEN_DROPS == 0) {
      dropDead();
    }
    RecordLoop.Content content =
        loop.take(
            record.headers(),
            record.value(),
            task.timestamps().bounded(record.timestamp()),
            record.offset(),
            intake);
    return content == RecordLoop.Content.SPANS;
  }

  private void dropDead() {
    if (pieces != null) {
      pieces.dropDeadWindows(traces.queue().oldest());
    }
    verdicts.dropExpired(traces.clock().settled());
  }

  /**
   * Records the end of the partition at this wall time. The task of a quiet partition continued
   * with the clock. In unkeyed mode the watermarks of the splitters, which are in the log, define
   * the time.
   */
  public void ended(long asOf) {
    long quietUntil = asOf - task.idleAfterMillis();
    if (task.mode() == IngestMode.KEYED && quietUntil >= now()) {
      advance(quietUntil);
    }
  }

  /** Decides all open traces, each at its due time, as on a quiet partition. */
  void finish() {
    advance(Long.MAX_VALUE);
  }

  private void advance(long time) {
    traces.clock().advance(time);
    rounds.run(nextOffset);
  }

  /** Whether all traces due by this log time are decided. */
  boolean hasReached(long time) {
    return traces.clock().reached() >= time;
  }

  /** Returns the log time of the last late spans that follow a verdict, Unix milliseconds. */
  public long lastFollower(Verdict verdict) {
    return verdicts.expiry(verdict);
  }

  /** Log time up to which all records are read, Unix milliseconds. */
  public long settled() {
    return traces.clock().settled();
  }

  /** Log time, Unix milliseconds. */
  long now() {
    return traces.clock().now();
  }

  /** Returns answers about single traces. */
  public TraceAnswers answers() {
    return new TraceAnswers(traces, verdicts, rounds);
  }

  /** Returns the budgets of the policies, with the keys of a trace that is being decided. */
  public List<TraceAnswer.Budget> budgetsFor(OpenTrace trace) {
    return rounds.budgetsFor(trace);
  }

  /** Returns the state of the policies with a budget or with keys. */
  List<BudgetState> budgets() {
    return rounds.budgets();
  }

  /** Returns the burn rates of {@code slo_burn} policies. */
  List<BurnState> burns() {
    return BurnState.of(rounds);
  }

  public OpenTraces open() {
    return traces;
  }

  /** Content of the latest record; valid until the next. */
  public RecordScan scan() {
    return traces.scan();
  }

  @Override
  public void close() {
    verdictsOnDisk.close();
    if (spansOnDisk != null) {
      spansOnDisk.close();
    }
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
