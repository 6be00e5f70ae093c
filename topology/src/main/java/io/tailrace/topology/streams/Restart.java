package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Verdicts;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the state as of the last commit of what the stores have restored, and says what the next
 * commit must carry for a later restart. Not thread-safe.
 */
final class Restart {
  private final Optional<RestartPoint> from;
  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final VerdictsNeeded needed;

  /**
   * @param from the last commit; empty if there is none
   */
  Restart(Optional<RestartPoint> from, OpenTraces traces, Verdicts verdicts) {
    this.from = from;
    this.traces = traces;
    this.verdicts = verdicts;
    this.needed =
        new VerdictsNeeded(
            verdicts.retention(),
            nextOffset(),
            from.map(point -> point.verdictsFrom(verdicts.retention())).orElse(VerdictsNeeded.ALL));
  }

  /** The first offset that was not taken in before the restart. */
  long nextOffset() {
    return from.map(RestartPoint::committedOffset).orElse(0L);
  }

  /**
   * Forgets restored spans that follow a verdict, or were judged by it.
   *
   * @param exactlyOnce whether verdicts are those of the commit. If not, a verdict may be on record
   *     whose export was not yet: those at or after the committed offset are taken back, and come
   *     again. One on spans that are not all restored was there at the commit
   * @param marks keeps what was kept by hand and is taken back, which was asked for only once
   */
  void forgetDecided(boolean exactlyOnce, Consumer<TraceId> marks) {
    from.ifPresent(point -> forgetDecided(point, exactlyOnce, marks));
  }

  private void forgetDecided(RestartPoint point, boolean exactlyOnce, Consumer<TraceId> marks) {
    traces.clock().observe(point.clock());
    OpenTrace next;
    for (OpenTrace trace = traces.queue().oldest(); trace != null; trace = next) {
      next = trace.openedAfter;
      Verdict verdict = verdicts.last(trace.high, trace.low);
      if (verdict == null) {
        continue;
      }
      if (!exactlyOnce
          && verdict.position() >= point.committedOffset()
          && verdict.firstOffset() == trace.firstOffset) {
        verdicts.forget(trace.high, trace.low, traces.clock().now());
        if (verdict.kind().isByHand()) {
          marks.accept(new TraceId(trace.high, trace.low));
        }
      } else if (verdict.reopenedAt() < point.committedOffset()) {
        retainOpen(trace, verdict);
      } else {
        if (verdict.isReopened()) { // that was after the commit, and may come otherwise
          verdicts.notReopened(trace.high, trace.low, verdict);
        }
        traces.remove(trace);
      }
    }
  }

  private void retainOpen(OpenTrace restored, Verdict before) {
    long retention = verdicts.retention();
    OpenTrace open =
        traces.retain(
            restored, piece -> !before.covers(piece.offset(), piece.logTime(), retention));
    if (open != null && before.endedAt() == Verdict.NEVER) {
      open.notBefore = verdicts.expiry(before) + 1;
    }
  }

  /** What a commit at this offset must carry: where the oldest open trace begins. */
  RestartPoint at(long nextOffset) {
    OpenTrace oldest = traces.queue().oldest();
    LogClock clock = traces.clock();
    return oldest == null
        ? at(nextOffset, nextOffset, clock.now(), clock.settled())
        : at(
            nextOffset,
            oldest.restoreOffset,
            Math.min(oldest.firstSeen, oldest.openedAt),
            oldest.settledBefore);
  }

  private RestartPoint at(long nextOffset, long oldestOffset, long oldestTime, long settled) {
    return new RestartPoint(
        nextOffset,
        traces.clock().now(),
        oldestOffset,
        oldestTime,
        Math.max(-1, settled),
        needed.since(oldestOffset, settled));
  }
}
