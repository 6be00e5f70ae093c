package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One set of policies, or two to compare. Judges the same records by each set, one partition after
 * the other, and sums up the results. Not thread-safe.
 */
final class SimulatedSides implements AutoCloseable {
  private static final long ROCKSDB_MEMORY = 64 << 20;

  private final DecisionLog decisions;
  private final SimulationComparison comparison = new SimulationComparison();
  private final Path directory;
  private final RocksResources resources;
  private final List<SimulatedPolicies> sides = new ArrayList<>();
  private final List<SimulationTally> tallies = new ArrayList<>();
  private final List<KeyTallies> keys = new ArrayList<>();
  private final List<PartitionSimulation> tasks = new ArrayList<>();
  private long records;
  private long spans;
  private long unreadable;
  private long invalidSpans;

  /**
   * @param other set to compare with; null if there is none
   * @param decisions receives a line per decision of the first set; closed with this object
   */
  SimulatedSides(
      SimulatedPolicies policies, @Nullable SimulatedPolicies other, OutputStream decisions)
      throws IOException {
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
    KeyTallies byKey = new KeyTallies();
    keys.add(byKey);
    tallies.add(
        new SimulationTally(policies.schedule().versions(), SimulationTally.both(listener, byKey)));
  }

  List<PolicySchedule> schedules() {
    return sides.stream().map(SimulatedPolicies::schedule).toList();
  }

  /**
   * Begins a partition.
   *
   * @param task creates the settings for a set
   * @param outcomes filters the outcomes to count
   */
  void begin(Function<SimulatedPolicies, SimulatedTask> task, UnaryOperator<Outcomes> outcomes) {
    for (int side = 0; side < sides.size(); side++) {
      tasks.add(
          new PartitionSimulation(
              task.apply(sides.get(side)),
              sides.get(side).schedule(),
              resources,
              directory.resolve("side-" + side),
              outcomes.apply(tallies.get(side))));
      keys.get(side).begin(tasks.get(side).scan().names());
    }
  }

  /** Processes the next record of the partition. Counts its content once. */
  void take(ConsumerRecord<byte[], byte[]> record) {
    for (int side = 0; side < tasks.size(); side++) {
      take(tasks.get(side), record, side == 0);
    }
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

  /** Whether all traces due by this log time are decided. */
  boolean haveReached(long time) {
    return tasks.stream().allMatch(task -> task.hasReached(time));
  }

  /** Log time of the partition, Unix milliseconds. */
  long now() {
    return tasks.get(0).now();
  }

  /** Records the end of the partition at this wall time. */
  void ended(long asOf) {
    tasks.forEach(task -> task.ended(asOf));
  }

  /** Decides all open traces, as on a quiet partition. */
  void finish() {
    tasks.forEach(PartitionSimulation::finish);
    noteBudgets();
    comparison.finish();
  }

  /** Number of open traces that began in this time. */
  long openWithin(long from, long to) {
    return tasks.stream().mapToLong(task -> openWithin(task.open(), from, to)).max().orElse(0);
  }

  private static long openWithin(OpenTraces traces, long from, long to) {
    long count = 0;
    for (OpenTrace t = traces.queue().oldest(); t != null; t = t.openedAfter) {
      count += t.firstSeen >= from && t.firstSeen < to ? 1 : 0;
    }
    return count;
  }

  /** Ends the partition. Open traces remain undecided. */
  void end() {
    noteBudgets();
    tasks.forEach(PartitionSimulation::close);
    tasks.clear();
    comparison.forgetOneSided();
  }

  private void noteBudgets() {
    for (int side = 0; side < tasks.size(); side++) {
      keys.get(side).budgets(tasks.get(side).budgets());
      keys.get(side).burns(tasks.get(side).burns());
    }
  }

  long records() {
    return records;
  }

  long spans() {
    return spans;
  }

  long unreadable() {
    return unreadable;
  }

  long invalidSpans() {
    return invalidSpans;
  }

  /**
   * Returns the sum of all partitions.
   *
   * @param stretch simulated log time
   */
  SimulationReport report(SimulationReport.Input input, Duration stretch) {
    SimulationReport.Result first = result(0, stretch);
    return sides.size() == 1
        ? new SimulationReport(input, first, null, null)
        : new SimulationReport(
            input, first, result(1, stretch), SimulationReport.Difference.of(comparison, first));
  }

  private SimulationReport.Result result(int side, Duration stretch) {
    SimulatedPolicies policies = sides.get(side);
    return SimulationReport.Result.of(policies, tallies.get(side), keys.get(side), stretch);
  }

  @Override
  public void close() throws IOException {
    end();
    resources.close();
    Files.delete(directory);
    decisions.close();
  }
}
