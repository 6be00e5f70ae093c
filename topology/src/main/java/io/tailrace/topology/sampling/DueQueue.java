package io.tailrace.topology.sampling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Open traces in the order of their due times and in the order of their opening. Does not store the
 * waits, which may change at any time. Not thread-safe.
 */
public final class DueQueue {
  private final TimeBuckets byFirst =
      new TimeBuckets() {
        @Override
        long time(OpenTrace trace) {
          return trace.firstSeen;
        }

        @Override
        int place(OpenTrace trace) {
          return trace.placeByFirst;
        }

        @Override
        void setPlace(OpenTrace trace, int place) {
          trace.placeByFirst = place;
        }
      };
  private final TimeBuckets byRoot =
      new TimeBuckets() {
        @Override
        long time(OpenTrace trace) {
          return trace.rootSeen;
        }

        @Override
        int place(OpenTrace trace) {
          return trace.placeByRoot;
        }

        @Override
        void setPlace(OpenTrace trace, int place) {
          trace.placeByRoot = place;
        }
      };
  private @Nullable OpenTrace firstOpened;
  private @Nullable OpenTrace lastOpened;

  /** Adds a trace opened after all others. */
  public void add(OpenTrace trace) {
    addAfter(lastOpened, trace);
  }

  /**
   * Adds a trace in the place of a removed one.
   *
   * @param before the trace opened before the removed one; null if it was the first
   */
  void addAfter(@Nullable OpenTrace before, OpenTrace trace) {
    OpenTrace after = before == null ? firstOpened : before.openedAfter;
    trace.openedBefore = before;
    trace.openedAfter = after;
    link(before, trace, after);
    byFirst.add(trace);
    if (trace.hasRoot()) {
      byRoot.add(trace);
    }
  }

  private void link(@Nullable OpenTrace before, OpenTrace trace, @Nullable OpenTrace after) {
    if (before == null) {
      firstOpened = trace;
    } else {
      before.openedAfter = trace;
    }
    if (after == null) {
      lastOpened = trace;
    } else {
      after.openedBefore = trace;
    }
  }

  /** Records an earlier first span of the trace. */
  void firstSeen(OpenTrace trace, long logTime) {
    byFirst.remove(trace);
    trace.firstSeen = logTime;
    byFirst.add(trace);
  }

  /** Records the first root span of the trace, or an earlier one. */
  void rootSeen(OpenTrace trace, long logTime) {
    if (trace.hasRoot()) {
      byRoot.remove(trace);
    }
    trace.rootSeen = logTime;
    byRoot.add(trace);
  }

  public void remove(OpenTrace trace) {
    OpenTrace before = trace.openedBefore;
    OpenTrace after = trace.openedAfter;
    if (before == null) {
      firstOpened = after;
    } else {
      before.openedAfter = after;
    }
    if (after == null) {
      lastOpened = before;
    } else {
      after.openedBefore = before;
    }
    trace.openedBefore = null;
    trace.openedAfter = null;
    byFirst.remove(trace);
    if (trace.hasRoot()) {
      byRoot.remove(trace);
    }
  }

  /** Returns the trace opened first, or null. */
  public @Nullable OpenTrace oldest() {
    return firstOpened;
  }

  /**
   * Returns the trace that has waited longest, or null if no trace is due by this log time. Traces
   * with the same time are ordered by id.
   */
  @Nullable OpenTrace next(Waits waits, long until) {
    if (until == Long.MIN_VALUE) {
      return null; // no record time is known yet
    }
    long waited = waits.lastSlotEnd(until);
    OpenTrace first = byFirst.first(waited - waits.decisionWait());
    if (!waits.rootShortens()) {
      return first;
    }
    OpenTrace root = byRoot.first(waited - waits.afterRoot());
    if (first == null || root == null) {
      return first == null ? root : first;
    }
    int order = Long.compare(waits.waited(root), waits.waited(first));
    return order < 0 || (order == 0 && isBefore(root, first)) ? root : first;
  }

  /** Returns all traces that are due by this log time, in no particular order. */
  List<OpenTrace> due(Waits waits, long until) {
    List<OpenTrace> due = new ArrayList<>();
    long first = waits.lastSlotEnd(until) - waits.decisionWait();
    byFirst.forEach(first, due::add);
    if (waits.rootShortens()) {
      byRoot.forEach(
          waits.lastSlotEnd(until) - waits.afterRoot(),
          trace -> {
            if (trace.firstSeen > first) {
              due.add(trace);
            }
          });
    }
    return due;
  }

  private static boolean isBefore(OpenTrace one, OpenTrace other) {
    return one.high < other.high || (one.high == other.high && one.low < other.low);
  }
}
