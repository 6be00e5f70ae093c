package io.tailrace.policies;

import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A set of policies and what goes with it. Immutable, thread-safe. */
public final class PolicySet {
  private final List<NamedPolicy> policies;
  private final List<NamedPolicy> shadows;
  private final Waits waits;
  private final boolean sampleOnFirstMatch;
  private final Signals signals;
  private final EvaluationTimes evaluationTimes;
  private final List<String> warnings;
  private final ShadowSet shadowSet;

  /**
   * @param shadows policies that are counted only
   * @param shadowSet a whole set that is; null if there is none
   */
  PolicySet(
      List<NamedPolicy> policies,
      List<NamedPolicy> shadows,
      Waits waits,
      boolean sampleOnFirstMatch,
      Signals signals,
      EvaluationTimes evaluationTimes,
      List<String> warnings,
      ShadowSet shadowSet) {
    this.policies = List.copyOf(policies);
    this.shadows = List.copyOf(shadows);
    this.waits = waits;
    this.sampleOnFirstMatch = sampleOnFirstMatch;
    this.signals = signals;
    this.evaluationTimes = evaluationTimes;
    this.warnings = List.copyOf(warnings);
    this.shadowSet = shadowSet;
  }

  /**
   * Reads the settings of the Collector's {@code tail_sampling} processor: its block alone, or a
   * Collector document that holds one such block on top or below {@code processors}.
   *
   * @param yamlOrJson any text at all; hostile ones end in a fault too
   * @return the set, or all faults of the text
   */
  public static Validation<Seq<Fault>, PolicySet> parse(String yamlOrJson) {
    return parse(yamlOrJson, Environment.NONE);
  }

  /**
   * As {@link #parse(String)}, for the text of a file.
   *
   * @param environment what {@code ${env:NAME}} refers to; without one, a reference is a fault
   */
  public static Validation<Seq<Fault>, PolicySet> parse(
      String yamlOrJson, Environment environment) {
    return Document.read(yamlOrJson, root -> PolicySetReader.read(root, environment).orElse(null));
  }

  /** Names of the top-level policies, in the order of the document; all different. */
  public List<String> policyNames() {
    return policies.stream().map(NamedPolicy::name).toList();
  }

  /**
   * Names of the policies within {@code composite} ones, such as {@code budget/errors}: in the
   * order of the document, and within one policy in the order in which they are asked.
   */
  public List<String> subPolicyNames() {
    return policies.stream()
        .flatMap(p -> p.policy().subPolicyNames().stream().map(sub -> p.name() + "/" + sub))
        .toList();
  }

  /**
   * Names of the policies that are marked {@code shadow}: they vote and change nothing. In the
   * order of the document; none is among {@link #policyNames}.
   */
  public List<String> shadowNames() {
    return shadows.stream().map(NamedPolicy::name).toList();
  }

  /** The set that votes beside this one and changes nothing. */
  public Optional<PolicySet> shadowSet() {
    return Optional.ofNullable(shadowSet).map(ShadowSet::set);
  }

  /**
   * This set, with another beside it that votes and changes nothing. One gathering of {@link
   * #signals} serves both. The other's waits do not count, and its own shadows are not asked.
   */
  public PolicySet withShadow(PolicySet other) {
    int slots = policies.size() + shadows.size();
    EvaluationTimes slotsAndOne = new EvaluationTimes(slots + 1);
    SignalsBuilder union = new SignalsBuilder();
    union.copy(signals);
    union.belongTo(slots);
    ShadowSet shadow = new ShadowSet(other.alone(), union.indexes(other.signals));
    return new PolicySet(
        policies,
        shadows,
        waits,
        sampleOnFirstMatch,
        union.build(slotsAndOne, slot -> slot),
        slotsAndOne,
        warnings,
        shadow);
  }

  private PolicySet alone() {
    return new PolicySet(
        policies, List.of(), waits, sampleOnFirstMatch, signals, evaluationTimes, warnings, null);
  }

  /** Time from the first span of a trace to its verdict; above 0. Empty if the set says nothing. */
  public Optional<Duration> decisionWait() {
    return waits.afterFirstSpan;
  }

  /**
   * Time from the root span to the verdict, if that comes sooner; 0: the root span changes nothing.
   * Empty if the set says nothing.
   */
  public Optional<Duration> decisionWaitAfterRootReceived() {
    return waits.afterRoot;
  }

  /** Whether voting ends with the first policy that wants the trace. */
  public boolean sampleOnFirstMatch() {
    return sampleOnFirstMatch;
  }

  /** What must be gathered of the spans of a trace for {@link TraceFacts#has}. */
  public Signals signals() {
    return signals;
  }

  /**
   * What its policies take, in all judges of this set and in its {@link #signals}: those of {@link
   * #policyNames}, then those of {@link #shadowNames}, then all of the {@link #shadowSet} in one.
   */
  public EvaluationTimes evaluationTimes() {
    return evaluationTimes;
  }

  /** What the author of the set should know: settings that do nothing here, and the like. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * What is surely not meant: policies that match nothing, keep everything, repeat others or add
   * nothing to them, and the like. Lines for people, whose wording may change.
   */
  public List<String> lint() {
    return new Lint(policies, sampleOnFirstMatch).lines();
  }

  /**
   * What the set keeps and when, in plain language: lines for people, whose wording may change.
   * Long values and lists are cut, and nothing is left in them that a terminal would obey.
   */
  public List<String> summary() {
    return new Summary(this, policies, shadows).lines();
  }

  /**
   * Makes a judge for one stream task.
   *
   * @param rateShare in (0,1]: the share of every per-second rate that this judge may spend, such
   *     as one over the number of partitions. Burst capacity is not shared out: a trace must still
   *     fit.
   * @param savedState {@link Judge#saveState} of an earlier judge, of this set or another, or null.
   *     A limit of the same policy and settings goes on from there; others start full.
   * @throws IllegalArgumentException if the share is out of range or the state is not of a judge
   */
  public Judge newJudge(double rateShare, byte[] savedState) {
    return newJudge(rateShare, savedState, new EvaluationTimer(System::nanoTime));
  }

  Judge newJudge(double rateShare, byte[] savedState, EvaluationTimer timer) {
    if (!(rateShare > 0 && rateShare <= 1)) {
      throw new IllegalArgumentException("rateShare: " + rateShare + " (expected: in (0,1])");
    }
    Map<String, TokenBucket.Saved> saved =
        savedState == null ? Map.of() : SavedState.read(savedState);
    return new Judge(this, new Budgets(rateShare, saved), timer);
  }

  List<Policy> policies() {
    return policies.stream().map(NamedPolicy::policy).toList();
  }

  List<Policy> shadows() {
    return shadows.stream().map(NamedPolicy::policy).toList();
  }

  /** Null if there is none. */
  ShadowSet shadow() {
    return shadowSet;
  }

  /** For each of {@link #subPolicyNames}, the index of the policy that it is part of. */
  int[] subPolicyOwners() {
    return IntStream.range(0, policies.size())
        .flatMap(i -> policies.get(i).policy().subPolicyNames().stream().mapToInt(sub -> i))
        .toArray();
  }

  /** Indexes of the policies: those that can drop, then the others, each in document order. */
  int[] votingOrder() {
    IntStream drops = IntStream.range(0, policies.size()).filter(this::drops);
    IntStream others = IntStream.range(0, policies.size()).filter(i -> !drops(i));
    return IntStream.concat(drops, others).toArray();
  }

  private boolean drops(int i) {
    return policies.get(i).policy().drops();
  }

  /** How long a trace waits for its verdict. */
  record Waits(Optional<Duration> afterFirstSpan, Optional<Duration> afterRoot) {}
}
