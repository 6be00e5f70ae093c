package io.tailrace.policies;

import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.export.ExportRules;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.policy.Budgets;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.signals.EvaluationTimer;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.Signals;
import io.tailrace.policies.signals.SignalsBuilder;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A set of policies and its settings. Immutable, thread-safe. */
public final class PolicySet {
  /** Length of a slot in milliseconds of log time. Slots are aligned to the epoch. */
  public static final long SLOT_MILLIS = Slots.MILLIS;

  /** Longest time of a slot that is put off, in milliseconds of log time. */
  public static final long LONGEST_SLOT_MILLIS = Slots.MILLIS + Slots.LONGEST_PUT_OFF;

  private final List<NamedPolicy> policies;
  private final List<NamedPolicy> shadows;
  private final SetTraits traits;
  private final Signals signals;
  private final EvaluationTimes evaluationTimes;
  private final List<String> warnings;
  private final @Nullable ShadowSet shadowSet;

  /**
   * @param shadows policies that only count their votes
   * @param shadowSet a set that only counts its votes; null if there is none
   */
  PolicySet(
      List<NamedPolicy> policies,
      List<NamedPolicy> shadows,
      SetTraits traits,
      Signals signals,
      EvaluationTimes evaluationTimes,
      List<String> warnings,
      @Nullable ShadowSet shadowSet) {
    this.policies = List.copyOf(policies);
    this.shadows = List.copyOf(shadows);
    this.traits = traits;
    this.signals = signals;
    this.evaluationTimes = evaluationTimes;
    this.warnings = List.copyOf(warnings);
    this.shadowSet = shadowSet;
  }

  /**
   * Parses the settings of the Collector's {@code tail_sampling} processor. The document is either
   * the block itself, or a Collector configuration with one such block at the top level or below
   * {@code processors}.
   *
   * @param yamlOrJson any text; malformed or hostile text results in faults
   * @return the set, or all faults of the document
   */
  public static Validation<Seq<Fault>, PolicySet> parse(String yamlOrJson) {
    return parse(yamlOrJson, Environment.NONE);
  }

  /**
   * Parses the text of a file, like {@link #parse(String)}, with environment references.
   *
   * @param environment the variables of {@code ${env:NAME}}; with {@link Environment#NONE}, a
   *     reference is a fault
   */
  public static Validation<Seq<Fault>, PolicySet> parse(
      String yamlOrJson, Environment environment) {
    return Document.read(yamlOrJson, root -> PolicySetReader.read(root, environment).orElse(null));
  }

  /** Returns the names of the top-level policies in document order. Names are unique. */
  public List<String> policyNames() {
    return policies.stream().map(NamedPolicy::name).toList();
  }

  /**
   * Returns the names of the sub-policies of {@code composite} policies, such as {@code
   * budget/errors}. Sorted by the document order of the composite policies, then by evaluation
   * order.
   */
  public List<String> subPolicyNames() {
    return policies.stream()
        .flatMap(p -> p.policy().subPolicyNames().stream().map(sub -> p.name() + "/" + sub))
        .toList();
  }

  /**
   * Returns the name of a sub-policy, without the name of its {@code composite} policy.
   *
   * @param subPolicy index in {@link #subPolicyNames}
   */
  public String subPolicyName(int subPolicy) {
    return policies.stream()
        .flatMap(p -> p.policy().subPolicyNames().stream())
        .skip(subPolicy)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns the names of the policies with {@code shadow: true}, in document order. They vote but
   * do not affect decisions. {@link #policyNames} does not contain them.
   */
  public List<String> shadowNames() {
    return shadows.stream().map(NamedPolicy::name).toList();
  }

  /** Returns the shadow set: it votes on every trace but does not affect decisions. */
  public Optional<PolicySet> shadowSet() {
    return Optional.ofNullable(shadowSet).map(ShadowSet::set);
  }

  /**
   * Returns this set with a shadow set. Both share the collected {@link #signals}. The decision
   * waits, the root span condition, the shadow policies and the export rules of {@code other} are
   * ignored.
   */
  public PolicySet withShadow(PolicySet other) {
    int slots = policies.size() + shadows.size();
    EvaluationTimes slotsAndOne = new EvaluationTimes(slots + 1);
    SignalsBuilder union = new SignalsBuilder();
    union.copy(signals);
    union.belongTo(slots);
    ShadowSet shadow =
        new ShadowSet(
            other.alone(), union.indexes(other.signals), union.fingerprints(other.signals));
    return new PolicySet(
        policies,
        shadows,
        traits.withSlots(traits.usesSlots() || other.usesSlots()),
        union.build(slotsAndOne, slot -> slot),
        slotsAndOne,
        warnings,
        shadow);
  }

  PolicySet withExportRules(ExportRules rules) {
    return new PolicySet(
        policies, shadows, traits.withExport(rules), signals, evaluationTimes, warnings, shadowSet);
  }

  private PolicySet alone() {
    return new PolicySet(policies, List.of(), traits, signals, evaluationTimes, warnings, null);
  }

  /**
   * Returns the time from the first span of a trace to its verdict, above 0. Empty if the document
   * does not set it.
   */
  public Optional<Duration> decisionWait() {
    return traits.afterFirstSpan();
  }

  /**
   * Returns the time from the root span to the verdict, if that is sooner. 0 disables it. Empty if
   * the document does not set it.
   */
  public Optional<Duration> decisionWaitAfterRootReceived() {
    return traits.afterRoot();
  }

  /**
   * Returns the condition that a span meets to count as root span: for {@link
   * #decisionWaitAfterRootReceived} and for selectors of root spans. An evaluation error counts as
   * not met. Empty: a root span has no parent.
   */
  public Optional<SpanConditions> rootSpanCondition() {
    return signals.rootCondition();
  }

  /** Returns whether the evaluation stops at the first policy that samples the trace. */
  public boolean sampleOnFirstMatch() {
    return traits.isFirstMatch();
  }

  /**
   * Returns whether the set takes part in consistent probability sampling: its policies have
   * thresholds, and kept spans carry them. If not, trace states stay untouched.
   */
  public boolean useTraceState() {
    return traits.useTraceState();
  }

  /**
   * Returns whether a late span can turn the verdict on a trace that was not kept: the trace is
   * decided again by {@link #newContentJudge}.
   */
  public boolean reconsidersLate() {
    return traits.reconsidersLate();
  }

  /** Returns whether traces that kept traces link to are kept, too. */
  public boolean followsLinks() {
    return traits.followsLinks();
  }

  /**
   * Returns whether the policies are rules of an {@code adaptive_tail_sampling} block: the first
   * one whose conditions a trace meets decides, and kept spans are marked with its name.
   */
  public boolean hasRules() {
    return traits.rules() != null;
  }

  /** Returns what is done to kept spans when they are exported. */
  public ExportRules exportRules() {
    return traits.export();
  }

  /** Returns the number of spans at which a trace is decided at once. */
  public int spanLimit() {
    SetTraits.Rules rules = traits.rules();
    return rules == null ? Integer.MAX_VALUE : rules.spanLimit();
  }

  /** Returns how the fingerprint of a kept trace is recorded on its spans. */
  public RecordFingerprint recordFingerprint() {
    SetTraits.Rules rules = traits.rules();
    return rules == null ? RecordFingerprint.NONE : rules.record();
  }

  /**
   * Returns the index of the fingerprint that a policy uses, or -1.
   *
   * @param policy index in {@link #policyNames}
   */
  public int fingerprint(int policy) {
    return policies.get(policy).policy().fingerprintIndex();
  }

  /**
   * Returns the name of a policy with a budget, or of its sub-policy, such as {@code
   * budget/errors}.
   */
  public String nameOf(PolicyBudget budget) {
    return budget.subPolicy() < 0
        ? policies.get(budget.policy()).name()
        : subPolicyNames().get(budget.subPolicy());
  }

  /**
   * Returns whether traces are decided in slots of log time, together with all others of {@link
   * #SLOT_MILLIS}, as they compete for a budget: of this set, or of a shadow.
   */
  public boolean usesSlots() {
    return traits.usesSlots();
  }

  /** Returns the signals to collect from the spans of a trace for {@link TraceFacts#has}. */
  public Signals signals() {
    return signals;
  }

  /**
   * Returns the evaluation times of the policies, summed over all judges of this set and its {@link
   * #signals}. The order is: {@link #policyNames}, {@link #shadowNames}, then one entry for the
   * whole {@link #shadowSet}.
   */
  public EvaluationTimes evaluationTimes() {
    return evaluationTimes;
  }

  /** Returns warnings for the author of the document, such as settings without effect. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns findings about policies that are certainly a mistake, such as policies that match no
   * trace, keep every trace, or repeat another policy. Lines for people; the wording may change.
   */
  public List<String> lint() {
    List<String> ofPolicies =
        hasRules() ? Lint.ofRules(policies) : new Lint(policies, sampleOnFirstMatch()).lines();
    return Stream.concat(ofPolicies.stream(), exportRules().lint().stream()).toList();
  }

  /**
   * Describes which traces the set keeps and when it decides. Lines for people; the wording may
   * change. Truncates long values and lists and replaces control characters.
   */
  public List<String> summary() {
    return new Summary(this, policies, shadows).lines();
  }

  /**
   * Creates a judge for one stream task.
   *
   * @param rateShare fraction of every per-second rate that this judge can spend, in (0,1]; for
   *     example, 1 / number of partitions. Does not apply to burst capacity, which a whole trace
   *     must fit.
   * @param savedState {@link Judge#saveState} of an earlier judge, of this set or another; or null.
   *     A budget with the same policy and settings continues from its saved level. Others start
   *     full.
   * @throws IllegalArgumentException if {@code rateShare} is out of range or {@code savedState} is
   *     not the state of a judge
   */
  public Judge newJudge(double rateShare, byte @Nullable [] savedState) {
    return newJudge(rateShare, savedState, new EvaluationTimer(System::nanoTime));
  }

  Judge newJudge(double rateShare, byte @Nullable [] savedState, EvaluationTimer timer) {
    if (!(rateShare > 0 && rateShare <= 1)) {
      throw new IllegalArgumentException("rateShare: " + rateShare + " (expected: in (0,1])");
    }
    Map<String, byte[]> saved = savedState == null ? Map.of() : SavedState.read(savedState);
    return new Judge(this, new Budgets(rateShare, saved), timer);
  }

  /**
   * Creates a judge without budgets, for traces that were decided before. Policies with a budget
   * and adaptive policies had their vote: they sample no trace, nor does a policy that depends on
   * theirs. The others vote as usual, also by the randomness of the trace.
   */
  public Judge newContentJudge() {
    return new Judge(this, Budgets.none(), new EvaluationTimer(System::nanoTime));
  }

  List<Policy> policies() {
    return policies.stream().map(NamedPolicy::policy).toList();
  }

  List<Policy> shadows() {
    return shadows.stream().map(NamedPolicy::policy).toList();
  }

  /** Null if there is none. */
  @Nullable ShadowSet shadow() {
    return shadowSet;
  }

  /** Returns, for each of {@link #subPolicyNames}, the index of its top-level policy. */
  int[] subPolicyOwners() {
    return IntStream.range(0, policies.size())
        .flatMap(i -> policies.get(i).policy().subPolicyNames().stream().mapToInt(sub -> i))
        .toArray();
  }

  /**
   * Returns the evaluation order: indexes of {@code drop} policies, then of the others, each in
   * document order.
   */
  int[] votingOrder() {
    IntStream drops = IntStream.range(0, policies.size()).filter(this::drops);
    IntStream others = IntStream.range(0, policies.size()).filter(i -> !drops(i));
    return IntStream.concat(drops, others).toArray();
  }

  private boolean drops(int i) {
    return policies.get(i).policy().drops();
  }
}
