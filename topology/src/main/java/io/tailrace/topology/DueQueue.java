package io.tailrace.topology;

/**
 * The open traces in the order in which they fall due. Log time never goes back, so traces come in
 * the order of their first and of their root span, and two linked lists are all the sorting there
 * is; the waits are not part of it and may change at any time. Not thread-safe.
 */
final class DueQueue {
  private OpenTrace firstByFirst;
  private OpenTrace lastByFirst;
  private OpenTrace firstByRoot;
  private OpenTrace lastByRoot;

  void add(OpenTrace trace) {
    trace.previousByFirst = lastByFirst;
    if (lastByFirst == null) {
      firstByFirst = trace;
    } else {
      lastByFirst.nextByFirst = trace;
    }
    lastByFirst = trace;
  }

  /** To be called when a trace's root span was seen for the first time. */
  void rootSeen(OpenTrace trace) {
    trace.previousByRoot = lastByRoot;
    if (lastByRoot == null) {
      firstByRoot = trace;
    } else {
      lastByRoot.nextByRoot = trace;
    }
    lastByRoot = trace;
  }

  void remove(OpenTrace trace) {
    if (trace.previousByFirst == null) {
      firstByFirst = trace.nextByFirst;
    } else {
      trace.previousByFirst.nextByFirst = trace.nextByFirst;
    }
    if (trace.nextByFirst == null) {
      lastByFirst = trace.previousByFirst;
    } else {
      trace.nextByFirst.previousByFirst = trace.previousByFirst;
    }
    trace.previousByFirst = null;
    trace.nextByFirst = null;
    if (trace.hasRoot()) {
      removeByRoot(trace);
    }
  }

  /** The open trace that was seen first, or null. */
  OpenTrace oldest() {
    return firstByFirst;
  }

  /** The trace that falls due first, or null. */
  OpenTrace next(Waits waits) {
    if (firstByRoot == null || !waits.rootShortens()) {
      return firstByFirst;
    }
    return waits.due(firstByRoot) < waits.due(firstByFirst) ? firstByRoot : firstByFirst;
  }

  private void removeByRoot(OpenTrace trace) {
    if (trace.previousByRoot == null) {
      firstByRoot = trace.nextByRoot;
    } else {
      trace.previousByRoot.nextByRoot = trace.nextByRoot;
    }
    if (trace.nextByRoot == null) {
      lastByRoot = trace.previousByRoot;
    } else {
      trace.nextByRoot.previousByRoot = trace.previousByRoot;
    }
    trace.previousByRoot = null;
    trace.nextByRoot = null;
  }
}
