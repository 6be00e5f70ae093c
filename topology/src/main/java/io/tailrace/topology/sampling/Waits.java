package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;

/**
 * Wait of a trace for its spans.
 *
 * @param decisionWait from its first span, milliseconds of log time, &gt; 0
 * @param afterRoot from its root span; {@link #NEVER} if the root changes nothing
 * @param slotMillis length of the slots of log time at whose ends traces are due; 1 for none
 */
public record Waits(long decisionWait, long afterRoot, long slotMillis) {
  public static final long NEVER = Long.MAX_VALUE;

  public Waits(long decisionWait, long afterRoot) {
    this(decisionWait, afterRoot, 1);
  }

  /** Returns these waits with the slots of a policy set. */
  Waits inSlotsOf(PolicySet set) {
    return new Waits(decisionWait, afterRoot, set.usesSlots() ? PolicySet.SLOT_MILLIS : 1);
  }

  public boolean rootShortens() {
    return afterRoot < decisionWait;
  }

  /** Longest time from the first span of a trace to its verdict, milliseconds of log time. */
  public long longest() {
    return decisionWait + (slotMillis == 1 ? 0 : PolicySet.LONGEST_SLOT_MILLIS);
  }

  /** Log time at which the trace is due. */
  long due(OpenTrace trace) {
    return slotEnd(waited(trace));
  }

  /** Log time at which the trace has waited long enough. */
  long waited(OpenTrace trace) {
    long due = trace.firstSeen + decisionWait;
    return trace.hasRoot() && rootShortens() ? Math.min(due, trace.rootSeen + afterRoot) : due;
  }

  /** Returns whether the trace is due because of its root span. */
  boolean isShortened(OpenTrace trace) {
    return waited(trace) < trace.firstSeen + decisionWait;
  }

  /** Returns the end of the slot with this time. */
  long slotEnd(long time) {
    return slotMillis == 1 ? time : -Math.floorDiv(-time, slotMillis) * slotMillis;
  }

  /** Returns the latest time whose slot has ended by this time. */
  long lastSlotEnd(long time) {
    return slotMillis == 1 ? time : Math.floorDiv(time, slotMillis) * slotMillis;
  }
}
