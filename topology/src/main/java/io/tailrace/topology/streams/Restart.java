package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Verdicts;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Restores the state as of the last commit from the content of the stores, and computes what the
 * next commit must contain for a later restart. Not thread-safe.
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

  /** Returns the first offset that was not processed before the restart. */
  long nextOffset() {
    return from.map(RestartPoint::committedOffset).orElse(0L);
  }

  /**
   * Removes restored spans that follow a verdict or were part of its decision.
   *
   * @param exactlyOnce whether stored verdicts are those of the commit. Otherwise, a verdict can be
   *     stored before its export: verdicts at the committed offset, and requested ones after it,
   *     are removed and made again. A verdict on spans of which some were not restored existed at
   *     the commit
   * @param marks receives the requested ones of the removed verdicts, which were requested only
   *     once, with their marks
   */
  void forgetDecided(boolean exactlyOnce, BiConsumer<TraceId, VerdictKind> marks) {
    from.ifPresent(point -> forgetDecided(point, exactlyOnce, marks));
  }

  private void forgetDecided(
      RestartPoint point, boolean exactlyOnce, BiConsumer<TraceId, VerdictKind> marks) {
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
        if (verdict.kind().isRequested()) {
          marks.accept(
              new TraceId(trace.high, trace.low),
              verdict.kind() == VerdictKind.LINKED
                  ? VerdictKind.LINKED
                  : VerdictKind.KEPT_WHEN_DUE);
        }
      } else if (verdict.reopenedAt() < point.committedOffset()) {
        retainOpen(trace, verdict);
      } else {
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
      open.followsAnother = true;
    }
  }

  /** Returns what a commit at this offset must contain: the start of the oldest open trace. */
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
