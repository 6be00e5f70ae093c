package io.tailrace.topology.explain;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.kafka.SourceLog;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.simulate.FleetView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Adds spans and votes from the log to the answer about a trace. */
public final class LoggedTrace {
  private final FleetView fleet;
  private final Consumer<String> notes;

  /**
   * @param notes receives notes that qualify the answer
   */
  public LoggedTrace(FleetView fleet, Consumer<String> notes) {
    this.fleet = fleet;
    this.notes = notes;
  }

  /**
   * Searches the log. Does not change recorded facts.
   *
   * @param since earliest start of a trace without a record
   * @param withSpans whether the answer contains the spans
   */
  public TraceAnswer addTo(
      TraceAnswer known,
      TraceId trace,
      Instant since,
      Instant now,
      long bytesPerSecond,
      boolean withSpans)
      throws IOException {
    TraceAnswer.Recorded recorded = known.recorded();
    Instant from = recorded == null ? since : beginning(recorded, since);
    if (recorded != null && !fleet.has(recorded.policyVersion())) {
      notes.accept(
          "policy version %d is no longer on the config topic: the log is evaluated with others"
              .formatted(recorded.policyVersion()));
    }
    try (SourceLog log = fleet.log(bytesPerSecond)) {
      TraceAnswer found =
          new TraceSearch(fleet, log, withSpans, notes)
              .find(trace, from, now, recorded == null || recorded.isReconsidered());
      if (recorded != null) {
        if (found.state() == TraceAnswer.State.open) {
          notes.accept(
              "with this configuration the trace would still be open (expected: mode, waits and limits"
                  + " of the instances)");
        }
        return known.rejudged(found.rejudged()).with(found.spans());
      }
      if (found.state() == TraceAnswer.State.unknown) {
        notes.accept("not in the log since " + from);
      }
      return found;
    }
  }

  /** Returns a time at or before the start of the trace. */
  private Instant beginning(TraceAnswer.Recorded recorded, Instant since) {
    List<PolicySchedule> schedules = List.of(fleet.schedule());
    Instant decidedAt = Instant.parse(recorded.decidedAt());
    if (!recorded.onRequest()) {
      return decidedAt.minusMillis(FleetView.longestUntilVerdict(schedules));
    }
    // The trace may have been dropped long before.
    Instant dropped = decidedAt.minusMillis(fleet.lead(schedules));
    return since.isBefore(dropped) ? since : dropped;
  }
}
