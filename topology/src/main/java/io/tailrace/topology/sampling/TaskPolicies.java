package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.slo.PolicyBurns;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Policies of one task: the version that applies at its log time, the judge with its limiter state,
 * and the signals to gather. Not thread-safe.
 */
public final class TaskPolicies {
  /** Keys of each policy that are shown. */
  private static final int MAX_KEYS = 200;

  private final PolicySource source;
  private final double rateShare;
  private final PolicyState state;
  private final Consumer<PolicyVersion> onSwitch;
  private PolicyVersion version;
  private Judge judge;
  private SignalLayout layout;
  private boolean changed;

  /**
   * @param rateShare share of every rate for this task, in (0, 1]
   * @param state state before a restart; if empty, the first version applies first
   * @param onSwitch receives each version when it takes over
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

  /** Returns the version that decides now. */
  public PolicyVersion version() {
    return version;
  }

  public SignalLayout layout() {
    return layout;
  }

  /** Returns the version that made a verdict; null if it is not known any more. */
  @Nullable PolicyVersion decided(Verdict verdict, TraceSummary summary) {
    return source
        .schedule()
        .decided(verdict.policyVersion(), verdict.decidedAt(), summary.signals());
  }

  /** Returns the version at this log time, once all earlier traces are decided. */
  PolicyVersion versionAt(long logTime) {
    return source.schedule().at(logTime);
  }

  /**
   * Returns the version that takes over at or before this log time, or null if the current one
   * still applies.
   */
  @Nullable PolicyVersion successorUntil(long logTime) {
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

  /** Decides a trace apart from the slots. */
  Decision decide(OpenTrace trace, long logTime) {
    changed |= judge.hasState();
    return judge.decide(trace, logTime);
  }

  /** Returns whether traces are decided in slots. */
  boolean usesSlots() {
    return version.set().usesSlots();
  }

  /** Returns the earliest end of the next slot, if it is put off. */
  long slotNotBefore() {
    return judge.notBefore();
  }

  /** Returns the end of the slot that was closed last. */
  long slotEnd() {
    return judge.slotEnd();
  }

  /** Closes a slot with these traces. Returns false if it is put off. */
  boolean closeSlot(long logTime, List<OpenTrace> traces) {
    changed = true;
    return judge.closeSlot(logTime, traces);
  }

  /** Decides a trace of the slot that was closed last. */
  Decision decideInSlot(OpenTrace trace) {
    changed |= judge.hasState(); // policies learn from each trace
    return judge.decideInSlot(trace);
  }

  /** Returns the decision without consuming limits. */
  Decision preview(OpenTrace trace, long logTime) {
    return version.set().newJudge(rateShare, judge.saveState()).decide(trace, logTime);
  }

  /** Returns the state of the policies with a budget or with keys. Changes nothing. */
  List<BudgetState> budgets(long logTime, KeyNames names) {
    boolean isPutOff = judge.notBefore() > judge.slotEnd();
    return judge.budgets(logTime, MAX_KEYS).stream()
        .map(budget -> BudgetState.of(budget, version.set(), isPutOff, names))
        .toList();
  }

  /** Returns the same for one trace: with its key. */
  List<PolicyBudget> budgetsFor(OpenTrace trace, long logTime) {
    return judge.budgetsFor(trace, logTime);
  }

  /** Returns the burn rates of {@code slo_burn} policies. Changes nothing. */
  List<PolicyBurns> burns(long logTime) {
    return judge.burns(logTime);
  }

  /** Returns the same for one trace: with its key. */
  List<PolicyBurns> burnsFor(OpenTrace trace, long logTime) {
    return judge.burnsFor(trace, logTime);
  }

  /**
   * Saves the state for a restart, if it has changed. Called before each commit, which contains the
   * verdicts that changed it: with many keys, the state is too large to save with each verdict.
   */
  public void save() {
    if (changed) {
      changed = false;
      state.save(version.number(), version.shadow(), judge.saveState());
    }
  }
}
