package io.tailrace.topology.sampling;

/**
 * The open traces in the order in which they fall due, and in that in which they were opened. The
 * waits are not part of it and may change at any time. Not thread-safe.
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
  private OpenTrace firstOpened;
  private OpenTrace lastOpened;

  /** Adds a trace that is opened after all others. */
  public void add(OpenTrace trace) {
    addAfter(lastOpened, trace);
  }

  /**
   * Adds a trace that takes the place of another one, which was removed.
   *
   * @param before the trace that was opened before that one; null if none was
   */
  void addAfter(OpenTrace before, OpenTrace trace) {
    OpenTrace after = before == null ? firstOpened : before.openedAfter;
    trace.openedBefore = before;
    trace.openedAfter = after;
    link(before, trace, after);
    byFirst.add(trace);
    if (trace.hasRoot()) {
      byRoot.add(trace);
    }
  }

  private void link(OpenTrace before, OpenTrace trace, OpenTrace after) {
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

  /** Takes note of an earlier first span than the trace has so far. */
  void firstSeen(OpenTrace trace, long logTime) {
    byFirst.remove(trace);
    trace.firstSeen = logTime;
    byFirst.add(trace);
  }

  /** Takes note of a root span, the first one or an earlier one than the trace has so far. */
  void rootSeen(OpenTrace trace, long logTime) {
    if (trace.hasRoot()) {
      byRoot.remove(trace);
    }
    trace.rootSeen = logTime;
    byRoot.add(trace);
  }

  public void remove(OpenTrace trace) {
    if (trace.openedBefore == null) {
      firstOpened = trace.openedAfter;
    } else {
      trace.openedBefore.openedAfter = trace.openedAfter;
    }
    if (trace.openedAfter == null) {
      lastOpened = trace.openedBefore;
    } else {
      trace.openedAfter.openedBefore = trace.openedBefore;
    }
    trace.openedBefore = null;
    trace.openedAfter = null;
    byFirst.remove(trace);
    if (trace.hasRoot()) {
      byRoot.remove(trace);
    }
  }

  /** The open trace that was opened first, or null. */
  public OpenTrace oldest() {
    return firstOpened;
  }

  /**
   * The trace that falls due first, or null if none is due by this log time. Of those that are due
   * at the same time the one with the least id comes first.
   */
  OpenTrace next(Waits waits, long until) {
    if (until == Long.MIN_VALUE) {
      return null; // nothing is known to have come
    }
    OpenTrace first = byFirst.first(until - waits.decisionWait());
    if (!waits.rootShortens()) {
      return first;
    }
    OpenTrace root = byRoot.first(until - waits.afterRoot());
    if (first == null || root == null) {
      return first == null ? root : first;
    }
    int order = Long.compare(waits.due(root), waits.due(first));
    return order < 0 || (order == 0 && isBefore(root, first)) ? root : first;
  }

  private static boolean isBefore(OpenTrace one, OpenTrace other) {
    return one.high < other.high || (one.high == other.high && one.low < other.low);
  }
}
