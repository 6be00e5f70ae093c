package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import java.util.function.Consumer;

/**
 * The policies as one task applies them: the version that judges at its log time, the judge with
 * its limiter state, and the signals to be gathered. Not thread-safe.
 */
public final class TaskPolicies {
  private final PolicySource source;
  private final double rateShare;
  private final PolicyState state;
  private final Consumer<PolicyVersion> onSwitch;
  private PolicyVersion version;
  private Judge judge;
  private SignalLayout layout;
  private boolean changed;

  /**
   * @param rateShare the task's share of every rate, in (0, 1]
   * @param state where it was left before a restart; without any, the first version judges first
   * @param onSwitch told of the version that judges from now on
   */
  public TaskPolicies(
      PolicySource source,
      SignalLayout layout,
      double rateShare,
      PolicyState state,
      Consumer<PolicyVersion> onSwitch) {
    this.source = source;
    this.rateShare = rateShare;
    this.state = state;
    PolicyState.Saved saved = state.load();
    this.version =
        source
            .schedule()
            .numbered(saved == null ? 0 : saved.version(), saved == null ? 0 : saved.shadow());
    this.layout = layout.next(version.set().signals());
    this.judge = version.set().newJudge(rateShare, saved == null ? null : saved.judge());
    this.onSwitch = onSwitch;
    onSwitch.accept(version);
  }

  PolicyVersion version() {
    return version;
  }

  public SignalLayout layout() {
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
    PolicyVersion next = source.schedule().after(version);
    return next != null && next.activeFrom() <= logTime ? next : null;
  }

  void switchTo(PolicyVersion next) {
    judge = next.set().newJudge(rateShare, judge.saveState());
    version = next;
    layout = layout.next(next.set().signals());
    changed = true;
    onSwitch.accept(next);
  }

  Decision decide(OpenTrace trace, long logTime) {
    changed |= judge.hasState();
    return judge.decide(trace, logTime);
  }

  /** What would be decided; limits do not count it. */
  Decision preview(OpenTrace trace, long logTime) {
    return version.set().newJudge(rateShare, judge.saveState()).decide(trace, logTime);
  }

  /** Saves what a restart needs, if it has changed. */
  void save() {
    if (changed) {
      changed = false;
      state.save(version.number(), version.shadow(), judge.saveState());
    }
  }
}
