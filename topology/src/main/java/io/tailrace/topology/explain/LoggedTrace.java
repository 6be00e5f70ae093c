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

/** Adds to what is known of a trace what the log has of it. */
public final class LoggedTrace {
  private final FleetView fleet;
  private final Consumer<String> notes;

  /**
   * @param notes told what the answer has to be taken with
   */
  public LoggedTrace(FleetView fleet, Consumer<String> notes) {
    this.fleet = fleet;
    this.notes = notes;
  }

  /**
   * Looks. What is recorded stays what it is; the log adds to it.
   *
   * @param since how far back, for a trace that nothing is recorded of
   * @param withSpans whether the answer is to have the spans
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
          "policy version %d is not on the config topic any more: the log is judged by others"
              .formatted(recorded.policyVersion()));
    }
    try (SourceLog log = fleet.log(bytesPerSecond)) {
      TraceAnswer found = new TraceSearch(fleet, log, withSpans, notes).find(trace, from, now);
      if (recorded != null) {
        if (found.state() == TraceAnswer.State.open) {
          notes.accept(
              "by this configuration the trace would still be open (expected: mode, waits and limits"
                  + " are those of the instances)");
        }
        return known.rejudged(found.rejudged()).with(found.spans());
      }
      if (found.state() == TraceAnswer.State.unknown) {
        notes.accept("not in the log since " + from);
      }
      return found;
    }
  }

  /** No later than its trace began. */
  private Instant beginning(TraceAnswer.Recorded recorded, Instant since) {
    List<PolicySchedule> schedules = List.of(fleet.schedule());
    Instant decidedAt = Instant.parse(recorded.decidedAt());
    if (!recorded.byHand()) {
      return decidedAt.minusMillis(FleetView.longestWait(schedules));
    }
    // It may have been dropped long before.
    Instant dropped = decidedAt.minusMillis(fleet.lead(schedules));
    return since.isBefore(dropped) ? since : dropped;
  }
}
