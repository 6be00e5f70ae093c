package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.recorded.RecordedSpans;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Judges records by one set, or by two at once, and sums it up. What cannot be read is shown and
 * passed over. Not thread-safe.
 */
public final class SimulationRun implements AutoCloseable {
  private static final long ROCKSDB_MEMORY = 64 << 20;
  private static final int FAULTS_SHOWN = 10;

  private final PrintWriter err;
  private final DecisionLog log;
  private final SimulationComparison comparison = new SimulationComparison();
  private final Path directory;
  private final RocksResources resources;
  private final SimulatedSet set;
  private final SimulatedSet other;
  private final RecordedTimes times = new RecordedTimes(this::take);
  private long records;
  private long spans;
  private long unreadable;
  private long skipped;
  private long invalidSpans;
  private long from;

  /**
   * @param other to compare with; null if there is none
   * @param decisionWait of sets that say none
   * @param decisions gets a line for each decision of the first set; is closed with this
   * @param err gets what is wrong with the input
   */
  public SimulationRun(
      PolicyFile policies,
      PolicyFile other,
      Duration decisionWait,
      OutputStream decisions,
      PrintWriter err)
      throws IOException {
    this.err = err;
    this.log = new DecisionLog(decisions);
    this.directory = Files.createTempDirectory("tailrace-simulate");
    this.resources = new RocksResources(ROCKSDB_MEMORY, System::nanoTime);
    SimulationTally.Listener listener =
        other == null ? log : SimulationTally.both(log, comparison.first());
    this.set = simulated(policies, decisionWait, "set", listener);
    this.other =
        other == null ? null : simulated(other, decisionWait, "other", comparison.second());
  }

  private SimulatedSet simulated(
      PolicyFile file, Duration decisionWait, String name, SimulationTally.Listener listener) {
    return new SimulatedSet(file, decisionWait, resources, directory.resolve(name), listener);
  }

  /** Judges all records of an input. */
  public void read(RecordedSpans recorded, SimulationProgress progress) throws IOException {
    recorded.read(
        new RecordedSpans.Sink() {
          @Override
          public void record(byte[] tracesData) throws MalformedOtlpException {
            times.take(tracesData);
            progress.tick(spans);
          }

          @Override
          public void fault(String where, String message) {
            unreadable(where, message);
          }
        });
    skipped += recorded.skipped();
  }

  private void unreadable(String where, String message) {
    if (++unreadable <= FAULTS_SHOWN) {
      err.println(where + ": " + message);
    } else if (unreadable == FAULTS_SHOWN + 1) {
      err.println("further faults are only counted");
    }
  }

  private void take(byte[] tracesData, long time) {
    try {
      set.take(tracesData, time);
      if (other != null) {
        other.take(tracesData, time);
      }
    } catch (MalformedOtlpException e) {
      unreadable("a record of " + tracesData.length + " bytes", e.getMessage());
      return;
    }
    SpanScan scanned = set.scan().spans;
    if (records == 0) {
      from = set.now();
    }
    records++;
    spans += scanned.spanCount();
    for (int s = scanned.firstInvalidSpan(); s >= 0; s = scanned.nextSpan(s)) {
      invalidSpans++;
    }
  }

  /** Decides what is still open. Empty if there was no span at all. */
  public Optional<SimulationReport> finish() {
    times.finish();
    set.finish();
    SimulationReport.Input input =
        new SimulationReport.Input(
            records,
            unreadable,
            skipped,
            invalidSpans,
            times.spansAhead(),
            0,
            Instant.ofEpochMilli(from),
            Instant.ofEpochMilli(set.now()));
    if (spans == 0) {
      return Optional.empty();
    }
    Duration stretch = Duration.ofMillis(set.now() - from);
    SimulationReport.Result result = set.result(stretch);
    if (other == null) {
      return Optional.of(new SimulationReport(input, result, null, null));
    }
    other.finish();
    comparison.finish();
    return Optional.of(
        new SimulationReport(
            input,
            result,
            other.result(stretch),
            SimulationReport.Difference.of(comparison, result)));
  }

  @Override
  public void close() throws IOException {
    set.close();
    if (other != null) {
      other.close();
    }
    resources.close();
    Files.delete(directory);
    log.close();
  }
}
