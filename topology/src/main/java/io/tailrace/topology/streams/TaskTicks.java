package io.tailrace.topology.streams;

import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.meters.TaskMeters;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.TraceAnswers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Periodic work of a sampling task, ten times a second even if no records arrive: decides due
 * traces, frees memory and disk, reports, and serves requests. Not thread-safe.
 */
final class TaskTicks implements AutoCloseable {
  private final IdleClock idleClock;
  private final @Nullable CommittedClock progress;
  private final SpanBuffer buffer;
  private final TaskTraces traces;
  private final LogClock clock;
  private final RestartCommits restart;
  private final TaskMeters meters;
  private final RoundSink sink;
  private final TraceQuestions.Task questions;
  private final TraceAnswers answers;
  private final Optional<Keeper> keeper;

  /**
   * @param progress null in unkeyed mode, where the splitters report idle partitions
   * @param parts reports and requests; the questions and the keeper are closed with this
   */
  TaskTicks(
      IdleClock idleClock,
      @Nullable CommittedClock progress,
      SpanBuffer buffer,
      TaskTraces traces,
      RestartCommits restart,
      Parts parts) {
    this.idleClock = idleClock;
    this.progress = progress;
    this.buffer = buffer;
    this.traces = traces;
    this.clock = traces.clock();
    this.restart = restart;
    this.meters = parts.meters;
    this.sink = parts.sink;
    this.questions = parts.questions;
    this.answers = new TraceAnswers(traces.open(), traces.verdicts(), traces.rounds());
    this.keeper = parts.keeper;
  }

  /** Destinations of reports and sources of requests. */
  record Parts(
      TaskMeters meters, RoundSink sink, TraceQuestions.Task questions, Optional<Keeper> keeper) {}

  void tick(long wallTime, long nextOffset) {
    if (progress != null) {
      progress.advance(wallTime);
    }
    if (clock.hasStarted()) {
      meters.gauges().started();
      traces.rounds().run(nextOffset);
      buffer.dropDeadWindows();
      traces.verdicts().dropExpired(clock.settled());
      restart.note(nextOffset);
    }
    long overdueMillis = traces.rounds().overdueMillis();
    meters.gauges().update(traces.open(), overdueMillis);
    meters.budgets(wallTime, traces.rounds()::budgets, () -> BurnState.of(traces.rounds()));
    sink.tick(clock.reached(), nextOffset, overdueMillis);
    questions.answer(answers::answer);
    if (keeper.isPresent()) {
      boolean hasSettled = clock.settled() >= 0; // a commit without a record says -1
      boolean isEmpty = clock.now() < 0 && idleClock.quietUntil(wallTime).isPresent();
      keeper.get().tick(nextOffset, hasSettled, isEmpty);
    }
  }

  /** Reports the last decisions at this offset. */
  void report(long nextOffset) {
    sink.tick(clock.reached(), nextOffset, traces.rounds().overdueMillis());
  }

  @Override
  public void close() {
    questions.close();
    keeper.ifPresent(Keeper::close);
  }
}
