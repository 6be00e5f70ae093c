package io.tailrace.topology.simulate;

import io.tailrace.topology.kafka.SourceLog;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.text.ProgressBar;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges a stretch of the fleet's own log by one set of policies, or by two at once, and sums up
 * the results. Reads one partition after the other, so that memory does not grow with their number.
 * Not thread-safe.
 */
public final class TopicSimulation implements AutoCloseable {
  private final FleetView fleet;
  private final SourceLog log;
  private final PrintWriter err;
  private final SimulatedSides sides;
  private long stillOpen;

  /**
   * @param log closed with this object
   * @param other set to compare with; null if there is none
   * @param decisions receives a line per decision of the first set; closed with this object
   * @param err receives notes and progress
   */
  public TopicSimulation(
      FleetView fleet,
      SourceLog log,
      SimulatedPolicies policies,
      @Nullable SimulatedPolicies other,
      OutputStream decisions,
      PrintWriter err)
      throws IOException {
    this.fleet = fleet;
    this.log = log;
    this.err = err;
    this.sides = new SimulatedSides(policies, other, decisions);
  }

  /**
   * Reads and judges the stretch.
   *
   * @param from earliest log time of the first span of a trace
   * @param until exclusive end, limited to the traces that can be decided by now
   * @return empty if no trace began in that time
   */
  public Optional<SimulationReport> run(Instant from, Instant until, long now) {
    List<PolicySchedule> schedules = sides.schedules();
    long wait = FleetView.longestWait(schedules);
    long lead = fleet.lead(schedules);
    long to = Math.min(until.toEpochMilli(), now - wait);
    long end = to + FleetView.longestUntilVerdict(schedules);
    List<SourceLog.Extent> extents = log.extents(from.toEpochMilli() - lead, end);
    long begin = Math.max(from.toEpochMilli(), firstJudgeable(extents, lead));
    if (begin > from.toEpochMilli() && begin < to) {
      err.printf(
          "the log begins later: simulating from %s (records since then, and %s before it, are there)%n",
          Instant.ofEpochMilli(begin), Duration.ofMillis(lead));
    }
    ProgressBar progress =
        new ProgressBar(extents.stream().mapToLong(e -> e.to() - e.from()).sum(), err);
    for (SourceLog.Extent extent : extents) {
      simulate(extent, begin, to, end, progress);
    }
    progress.finish(sides.spans());
    return report(begin, to);
  }

  /**
   * Where retention has cut the log, the remaining spans at its beginning belong to incomplete or
   * already decided traces.
   */
  private static long firstJudgeable(List<SourceLog.Extent> extents, long lead) {
    return extents.stream()
        .filter(extent -> extent.begin() > 0 && extent.first().isPresent())
        .mapToLong(extent -> extent.first().getAsLong() + lead)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private void simulate(
      SourceLog.Extent extent, long begin, long to, long end, ProgressBar progress) {
    try {
      sides.begin(
          policies -> SimulatedTask.of(fleet.config(), fleet.source()),
          tally -> new StretchOutcomes(begin, to, tally));
      boolean ended =
          log.read(
              extent,
              record -> {
                sides.take(record);
                progress.at(record.offset() - extent.from(), sides.spans());
                return !sides.haveReached(end);
              });
      if (ended) {
        sides.ended(extent.asOf());
      }
      stillOpen += sides.openWithin(begin, to);
    } finally {
      sides.end();
    }
    progress.add(extent.to() - extent.from());
  }

  private Optional<SimulationReport> report(long from, long to) {
    SimulationReport.Input input =
        new SimulationReport.Input(
            sides.records(),
            sides.unreadable(),
            0,
            sides.invalidSpans(),
            0,
            stillOpen,
            Instant.ofEpochMilli(from),
            Instant.ofEpochMilli(Math.max(from, to)));
    SimulationReport report = sides.report(input, Duration.ofMillis(Math.max(0, to - from)));
    return Optional.of(report).filter(r -> r.result().total().spans() > 0);
  }

  @Override
  public void close() throws IOException {
    log.close();
    sides.close();
  }
}
