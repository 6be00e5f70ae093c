package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.kafka.SourceLog;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.text.ProgressBar;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Judges a stretch of the fleet's own log by one set of policies, or by two at once, and sums it
 * up: a partition after the other, so that memory does not grow with their number. Not thread-safe.
 */
public final class TopicSimulation implements AutoCloseable {
  private static final long ROCKSDB_MEMORY = 64 << 20;

  private final FleetView fleet;
  private final SourceLog log;
  private final PrintWriter err;
  private final DecisionLog decisions;
  private final SimulationComparison comparison = new SimulationComparison();
  private final Path directory;
  private final RocksResources resources;
  private final List<SimulatedPolicies> sides = new ArrayList<>();
  private final List<SimulationTally> tallies = new ArrayList<>();
  private long records;
  private long spans;
  private long unreadable;
  private long invalidSpans;
  private long stillOpen;

  /**
   * @param log is closed with this
   * @param other to compare with; null if there is none
   * @param decisions gets a line for each decision of the first set; is closed with this
   * @param err gets notes and how far it has come
   */
  public TopicSimulation(
      FleetView fleet,
      SourceLog log,
      SimulatedPolicies policies,
      SimulatedPolicies other,
      OutputStream decisions,
      PrintWriter err)
      throws IOException {
    this.fleet = fleet;
    this.log = log;
    this.err = err;
    this.decisions = new DecisionLog(decisions);
    this.directory = Files.createTempDirectory("tailrace-simulate");
    this.resources = new RocksResources(ROCKSDB_MEMORY, System::nanoTime);
    add(
        policies,
        other == null ? this.decisions : SimulationTally.both(this.decisions, comparison.first()));
    if (other != null) {
      add(other, comparison.second());
    }
  }

  private void add(SimulatedPolicies policies, SimulationTally.Listener listener) {
    sides.add(policies);
    tallies.add(new SimulationTally(policies.schedule().versions(), listener));
  }

  /**
   * Reads and judges.
   *
   * @param from first log time that traces may have begun at
   * @param until first one that is too late; cut to what can be decided by now
   * @return empty if no trace began in that time
   */
  public Optional<SimulationReport> run(Instant from, Instant until, long now) {
    List<PolicySchedule> schedules = sides.stream().map(SimulatedPolicies::schedule).toList();
    long wait = FleetView.longestWait(schedules);
    long lead = fleet.lead(schedules);
    long to = Math.min(until.toEpochMilli(), now - wait);
    List<SourceLog.Extent> extents = log.extents(from.toEpochMilli() - lead, to + wait);
    long begin = Math.max(from.toEpochMilli(), firstJudgeable(extents, lead));
    if (begin > from.toEpochMilli() && begin < to) {
      err.printf(
          "the log begins later: simulating from %s (records since then, and %s before it, are there)%n",
          Instant.ofEpochMilli(begin), Duration.ofMillis(lead));
    }
    ProgressBar progress =
        new ProgressBar(extents.stream().mapToLong(e -> e.to() - e.from()).sum(), err);
    for (SourceLog.Extent extent : extents) {
      simulate(extent, begin, to, wait, progress);
    }
    progress.finish(spans);
    return report(begin, to);
  }

  /**
   * Where retention has cut the log, what is left of its beginning belongs to traces that are not
   * whole, or were decided before.
   */
  private static long firstJudgeable(List<SourceLog.Extent> extents, long lead) {
    return extents.stream()
        .filter(extent -> extent.begin() > 0 && extent.first().isPresent())
        .mapToLong(extent -> extent.first().getAsLong() + lead)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private void simulate(
      SourceLog.Extent extent, long begin, long to, long wait, ProgressBar progress) {
    List<PartitionSimulation> tasks = new ArrayList<>();
    try {
      for (int side = 0; side < sides.size(); side++) {
        tasks.add(
            fleet.simulation(
                sides.get(side).schedule(),
                resources,
                directory.resolve("side-" + side),
                new StretchOutcomes(begin, to, tallies.get(side))));
      }
      boolean ended =
          log.read(
              extent,
              record -> {
                tasks.forEach(task -> take(task, record, task == tasks.get(0)));
                progress.at(record.offset() - extent.from(), spans);
                return !tasks.stream().allMatch(task -> task.hasReached(to + wait));
              });
      if (ended) {
        tasks.forEach(task -> task.ended(extent.asOf()));
      }
      stillOpen +=
          tasks.stream().mapToLong(task -> openWithin(task.open(), begin, to)).max().orElse(0);
    } finally {
      tasks.forEach(PartitionSimulation::close);
    }
    comparison.forgetOneSided();
    progress.add(extent.to() - extent.from());
  }

  private void take(
      PartitionSimulation task, ConsumerRecord<byte[], byte[]> record, boolean counts) {
    try {
      if (!task.take(record) || !counts) {
        return;
      }
    } catch (MalformedOtlpException inTheDeadLetters) {
      unreadable += counts ? 1 : 0;
      return;
    }
    records++;
    SpanScan scanned = task.scan().spans;
    spans += scanned.spanCount();
    for (int s = scanned.firstInvalidSpan(); s >= 0; s = scanned.nextSpan(s)) {
      invalidSpans++;
    }
  }

  private static long openWithin(OpenTraces traces, long from, long to) {
    long count = 0;
    for (OpenTrace t = traces.queue().oldest(); t != null; t = t.openedAfter) {
      count += t.firstSeen >= from && t.firstSeen < to ? 1 : 0;
    }
    return count;
  }

  private Optional<SimulationReport> report(long from, long to) {
    Duration stretch = Duration.ofMillis(Math.max(0, to - from));
    SimulationReport.Input input =
        new SimulationReport.Input(
            records,
            unreadable,
            0,
            invalidSpans,
            0,
            stillOpen,
            Instant.ofEpochMilli(from),
            Instant.ofEpochMilli(Math.max(from, to)));
    SimulationReport.Result result = result(0, stretch);
    if (result.total().spans() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        sides.size() == 1
            ? new SimulationReport(input, result, null, null)
            : new SimulationReport(
                input,
                result,
                result(1, stretch),
                SimulationReport.Difference.of(comparison, result)));
  }

  private SimulationReport.Result result(int side, Duration stretch) {
    SimulatedPolicies policies = sides.get(side);
    return SimulationReport.Result.of(
        policies.label(), policies.waits(), tallies.get(side), stretch);
  }

  @Override
  public void close() throws IOException {
    log.close();
    resources.close();
    Files.delete(directory);
    decisions.close();
  }
}
