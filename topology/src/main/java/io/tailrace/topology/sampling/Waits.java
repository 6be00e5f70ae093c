package io.tailrace.topology.sampling;

/**
 * Wait of a trace for its spans.
 *
 * @param decisionWait from its first span, milliseconds of log time, &gt; 0
 * @param afterRoot from its root span; {@link #NEVER} if the root changes nothing
 */
public record Waits(long decisionWait, long afterRoot) {
  public static final long NEVER = Long.MAX_VALUE;

  public boolean rootShortens() {
    return afterRoot < decisionWait;
  }

  /** Log time at which the trace is due. */
  long due(OpenTrace trace) {
    long due = trace.firstSeen + decisionWait;
    return trace.hasRoot() && rootShortens() ? Math.min(due, trace.rootSeen + afterRoot) : due;
  }
}
