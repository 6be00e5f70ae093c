package io.tailrace.topology;

import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import java.util.function.Consumer;

/**
 * The policies as one task applies them: the version that judges at its log time, the judge with
 * its limiter state, and the signals to be gathered. Not thread-safe.
 */
final class TaskPolicies {
  private final PolicySource source;
  private final double rateShare;
  private final Consumer<PolicyVersion> onSwitch;
  private PolicyVersion version;
  private Judge judge;
  private SignalLayout layout;
  private boolean stateChanged;

  /**
   * @param rateShare the task's share of every rate, in (0, 1]
   * @param savedState of the judge before a restart, or null
   * @param onSwitch told of the version that judges from now on
   */
  TaskPolicies(
      PolicySource source,
      PolicyVersion first,
      SignalLayout layout,
      double rateShare,
      byte[] savedState,
      Consumer<PolicyVersion> onSwitch) {
    this.source = source;
    this.rateShare = rateShare;
    this.layout = layout.next(first.set().signals());
    this.version = first;
    this.judge = first.set().newJudge(rateShare, savedState);
    this.onSwitch = onSwitch;
    onSwitch.accept(first);
  }

  PolicyVersion version() {
    return version;
  }

  SignalLayout layout() {
    return layout;
  }

  /** The version that judges at this log time, once all before it is decided. */
  PolicyVersion versionAt(long logTime) {
    return source.schedule().at(logTime);
  }

  /**
   * The version that takes over at or before this log time, or null if the current one still
   * judges.
   */
  PolicyVersion successorUntil(long logTime) {
    PolicyVersion next = source.schedule().after(version.number());
    return next != null && next.activeFrom() <= logTime ? next : null;
  }

  void switchTo(PolicyVersion next) {
    judge = next.set().newJudge(rateShare, judge.saveState());
    version = next;
    layout = layout.next(next.set().signals());
    stateChanged = judge.hasState();
    onSwitch.accept(next);
  }

  Decision decide(OpenTrace trace, long logTime) {
    stateChanged |= judge.hasState();
    return judge.decide(trace, logTime);
  }

  /** The judge's state if it may have changed since it was last asked for, else null. */
  byte[] changedState() {
    if (!stateChanged) {
      return null;
    }
    stateChanged = false;
    return judge.saveState();
  }
}
