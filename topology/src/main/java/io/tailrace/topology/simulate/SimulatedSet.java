package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.NoPieces;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.buffer.WindowedRocks;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One policy set with all that it takes to simulate it. Not thread-safe. */
final class SimulatedSet implements AutoCloseable {
  /** As an instance demands it of its configuration. */
  private static final int WAITS_IN_VERDICT_RETENTION = 2;

  private final PolicyFile file;
  private final Waits waits;
  private final SimulationTally tally;
  private final WindowedRocks rocks;
  private final Simulation simulation;

  /**
   * @param decisionWait if the set says none
   * @param directory for the verdicts; is deleted at the end
   */
  SimulatedSet(
      PolicyFile file,
      Duration decisionWait,
      RocksResources resources,
      Path directory,
      SimulationTally.Listener listener) {
    this.file = file;
    Duration retention = Settings.VERDICT_RETENTION.absent();
    Waits configured = new Waits(decisionWait.toMillis(), Waits.NEVER);
    waits = new WaitRules(configured, retention, Optional.empty()).of(file.set());
    PolicyVersion version = PolicyVersion.ofAFile(file.set(), waits);
    tally = new SimulationTally(List.of(version), listener);
    rocks = new WindowedRocks(resources, resources.verdictWindows(), directory.toFile());
    long kept = Math.max(retention.toMillis(), WAITS_IN_VERDICT_RETENTION * waits.decisionWait());
    double wholeRate = 1; // all there is comes by here
    SimulatedTask task = new SimulatedTask(SplitSources.NONE, wholeRate, kept, bounds());
    PolicySchedule schedule = new PolicySchedule(version);
    simulation = new Simulation(task, schedule, clock -> new NoPieces(), rocks, tally);
  }

  /** The default ones; spans take no room here, so a task may have any number of bytes. */
  private static TraceBounds bounds() {
    return new TraceBounds(
        Settings.MAX_SPANS_PER_TRACE.absent(),
        Settings.MAX_BYTES_PER_TRACE.absent(),
        Long.MAX_VALUE,
        Settings.MAX_TRACES_PER_TASK.absent());
  }

  /**
   * @param time log time of the record, Unix milliseconds
   */
  void take(byte[] tracesData, long time) throws MalformedOtlpException {
    simulation.take(tracesData, time);
  }

  /** What the latest record has; valid until the next. */
  RecordScan scan() {
    return simulation.scan();
  }

  /** Log time, Unix milliseconds. */
  long now() {
    return simulation.now();
  }

  void finish() {
    simulation.finish();
  }

  /**
   * @param stretch log time that was simulated
   */
  SimulationReport.Result result(Duration stretch) {
    return SimulationReport.Result.of(file.path().toString(), waits, tally, stretch);
  }

  @Override
  public void close() {
    rocks.close();
  }
}
