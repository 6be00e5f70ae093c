package io.tailrace.topology.explain;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.kafka.SourceLog;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.simulate.FleetView;
import io.tailrace.topology.simulate.PartitionSimulation;
import io.tailrace.topology.wire.SpanLine;
import io.tailrace.topology.wire.SpanLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Searches a trace in the log and evaluates it like the instances. */
final class TraceSearch {
  private static final long ROCKSDB_MEMORY = 16 << 20;

  private final FleetView fleet;
  private final SourceLog log;
  private final boolean withSpans;
  private final Consumer<String> notes;

  /**
   * @param withSpans whether the answer contains the first spans
   * @param notes receives notes that qualify the answer
   */
  TraceSearch(FleetView fleet, SourceLog log, boolean withSpans, Consumer<String> notes) {
    this.fleet = fleet;
    this.log = log;
    this.withSpans = withSpans;
    this.notes = notes;
  }

  /**
   * Searches a trace that began at or after this time.
   *
   * @param withLate whether to read on for late spans that turn the verdict
   * @return an answer with state unknown if there is none
   */
  TraceAnswer find(TraceId trace, Instant since, Instant now, boolean withLate) throws IOException {
    long wait = FleetView.longestUntilVerdict(List.of(fleet.schedule()));
    long from = since.toEpochMilli() - fleet.lead(List.of(fleet.schedule()));
    List<SourceLog.Extent> extents = log.extents(from, now.toEpochMilli() + wait);
    Set<Integer> candidates = fleet.partitionOfTrace().candidates(trace);
    Path directory = Files.createTempDirectory("tailrace-explain");
    try (RocksResources resources = new RocksResources(ROCKSDB_MEMORY, System::nanoTime)) {
      for (SourceLog.Extent extent : extents) {
        if (candidates.contains(extent.partition().partition())) {
          Capture capture = new Capture(trace, since.toEpochMilli(), withLate);
          TraceAnswer answer = find(trace, capture, extent, resources, directory.resolve("task"));
          if (answer != null) {
            noteIfCut(extent, from);
            return answer.by(null, extent.partition().partition());
          }
        }
      }
    } finally {
      Files.delete(directory);
    }
    return TraceAnswer.unknown(trace.toHex());
  }

  private void noteIfCut(SourceLog.Extent extent, long from) {
    if (extent.begin() > 0 && extent.first().orElse(from) > from) {
      notes.accept(
          "the log of partition %d starts at %s: spans and the state of rate limits may be missing"
              .formatted(
                  extent.partition().partition(),
                  Instant.ofEpochMilli(extent.first().getAsLong())));
    }
  }

  private @Nullable TraceAnswer find(
      TraceId trace,
      Capture capture,
      SourceLog.Extent extent,
      RocksResources resources,
      Path directory) {
    SpanLines lines = new SpanLines(fleet.schedule().latest().set().exportRules().redactions());
    try (PartitionSimulation task =
        fleet.simulation(fleet.schedule(), resources, directory, capture)) {
      capture.task = task;
      boolean ended =
          log.read(
              extent,
              record -> {
                if (take(task, record) && withSpans) {
                  collect(trace, task.scan(), lines);
                }
                return !capture.isSure(task.settled());
              });
      if (ended) {
        task.ended(extent.asOf());
      }
      List<SpanLine> spans = withSpans ? lines.all() : null;
      if (capture.judged != null) {
        return TraceAnswer.unknown(trace.toHex()).rejudged(capture.judged).with(spans);
      }
      boolean isOpen = task.open().find(trace.high(), trace.low()) != null;
      TraceAnswer open = isOpen ? task.answers().answer(trace, false) : null;
      return open == null ? null : open.with(spans);
    }
  }

  /** Processes a record. Returns false if it contains no spans. */
  private static boolean take(PartitionSimulation task, ConsumerRecord<byte[], byte[]> record) {
    try {
      return task.take(record);
    } catch (MalformedOtlpException inTheDeadLetters) {
      return false; // no span is of interest
    }
  }

  private static void collect(TraceId trace, RecordScan scan, SpanLines into) {
    for (int i = 0; i < scan.spans.traceCount(); i++) {
      if (scan.spans.traceHigh(i) == trace.high() && scan.spans.traceLow(i) == trace.low()) {
        into.add(scan.pieces.piece(i));
      }
    }
  }

  /** Captures the verdict on one trace. */
  private static final class Capture implements Outcomes {
    private final TraceId trace;
    private final long since;
    private @Nullable PartitionSimulation task; // it is created with this
    private final boolean withLate;
    private TraceAnswer.@Nullable Judged judged;
    private long sureAfter = Long.MAX_VALUE;

    Capture(TraceId trace, long since, boolean withLate) {
      this.trace = trace;
      this.since = since;
      this.withLate = withLate;
    }

    /** Whether no later record changes the answer. */
    boolean isSure(long logTime) {
      return judged != null && logTime > sureAfter;
    }

    @Override
    public void decided(
        OpenTrace decided, PolicyVersion version, Decision decision, Verdict verdict) {
      if (decided.high == trace.high()
          && decided.low == trace.low()
          && decided.firstSeen >= since) {
        judged =
            TraceAnswer.Judged.of(
                version,
                decision,
                Instant.ofEpochMilli(verdict.decidedAt()).toString(),
                task().budgetsFor(decided),
                TraceAnswer.Facts.of(decided, decided.requestedOutline()));
        boolean canTurn = withLate && verdict.summary() != null;
        sureAfter = canTurn ? task().lastFollower(verdict) : Long.MIN_VALUE;
      }
    }

    @Override
    public void reconsidered(
        OpenTrace whole,
        PolicyVersion version,
        Decision decision,
        Verdict verdict,
        Verdict former) {
      TraceAnswer.Judged before = judged;
      if (whole.high == trace.high() && whole.low == trace.low() && before != null && withLate) {
        TraceAnswer.Facts facts = before.facts();
        judged =
            TraceAnswer.Judged.of(
                version,
                decision,
                Instant.ofEpochMilli(verdict.decidedAt()).toString(),
                List.of(),
                facts == null ? null : facts.with(whole, whole.requestedOutline()));
        sureAfter = Long.MIN_VALUE;
      }
    }

    private PartitionSimulation task() {
      return Objects.requireNonNull(task, "no task");
    }

    @Override
    public void opened() {}

    @Override
    public void kept(OpenTrace decided, List<byte[]> spans, Verdict verdict) {}

    @Override
    public void decidedEarly(EarlyReason reason, String group) {}

    @Override
    public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {}
  }
}
