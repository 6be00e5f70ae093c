package io.tailrace.topology.sampling;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.budget.PolicyBudget;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.slo.PolicyBurns;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.operations.TraceOutline;
import io.tailrace.topology.wire.SpanLine;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Information about a trace in JSON. A null field is unknown or does not apply. Times are log times
 * in ISO 8601.
 *
 * @param state state of the trace at the queried place
 * @param instance host:port of the queried instance; null for the log
 * @param recorded verdict in the ledger of that instance
 * @param open current state of an open trace
 * @param rejudged result of the policies for the spans in the log at the time of the query; not
 *     recorded
 * @param agrees whether {@code rejudged} matches the recorded verdict
 * @param spans first spans, if requested
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TraceAnswer(
    String traceId,
    State state,
    @Nullable String instance,
    @Nullable Integer partition,
    @Nullable Recorded recorded,
    @Nullable Open open,
    @Nullable Judged rejudged,
    @Nullable Boolean agrees,
    @Nullable List<SpanLine> spans) {

  /** Progress of a trace. */
  public enum State {
    open,
    decided,
    unknown
  }

  /**
   * Verdict recorded at the decision. Votes are not recorded.
   *
   * @param policy null if none decided; {@link DueRounds#BY_HAND} for a manual keep
   * @param decidedAt log time
   * @param followedUntil log time until which late spans follow it
   * @param givenByHand whether it is a manual keep; null if the policy name says so, so that
   *     earlier releases can read the answer
   * @param linked true if it is kept because a kept trace links to it, otherwise null
   * @param reconsidered true if a late span turned the verdict, otherwise null
   * @param threshold sampling threshold of a kept trace, encoded as {@code th} in trace states;
   *     null if the probability is unknown
   * @param adjustedCount number of traces represented by this one; null if unknown
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Recorded(
      boolean kept,
      @JsonInclude @Nullable String policy,
      long policyVersion,
      String decidedAt,
      String followedUntil,
      @Nullable Boolean givenByHand,
      @Nullable Boolean linked,
      @Nullable Boolean reconsidered,
      @Nullable String threshold,
      @Nullable Double adjustedCount) {
    /** Whether it is a manual keep, which says nothing about the policies. */
    public boolean byHand() {
      return givenByHand == null ? namesAPerson(policy) : givenByHand;
    }

    /** Whether a kept trace links to this one. */
    public boolean isLinked() {
      return Boolean.TRUE.equals(linked);
    }

    /** Whether it is kept on request, which says nothing about the policies. */
    public boolean onRequest() {
      return byHand() || isLinked();
    }

    /** Whether a late span turned an earlier verdict, which did not keep the trace. */
    public boolean isReconsidered() {
      return Boolean.TRUE.equals(reconsidered);
    }

    private static boolean namesAPerson(@Nullable String policy) {
      return DueRounds.BY_HAND.equals(policy) || DueRounds.BY_HAND_UNSEEN.equals(policy);
    }

    private boolean isAsIn(Judged judged) {
      return kept == judged.decision.equals("sampled")
          && Objects.equals(policy, judged.policy)
          && policyVersion == judged.policyVersion;
    }

    static Recorded of(Verdict verdict, long retentionMillis) {
      boolean byHand = verdict.kind().isByHand();
      return new Recorded(
          verdict.kept(),
          verdict.policy().isEmpty() ? null : verdict.policy(),
          verdict.policyVersion(),
          Instant.ofEpochMilli(verdict.decidedAt()).toString(),
          Instant.ofEpochMilli(verdict.decidedAt() + retentionMillis).toString(),
          byHand == namesAPerson(verdict.policy()) ? null : byHand,
          verdict.kind() == VerdictKind.LINKED ? true : null,
          verdict.kind() == VerdictKind.RECONSIDERED ? true : null,
          thresholdText(verdict.weight().threshold()),
          countOf(verdict.weight().threshold()));
    }
  }

  /**
   * Undecided trace.
   *
   * @param due log time at which it is due, unless its root span or other policies arrive before
   * @param now log time of its partition
   * @param ifDecidedNow decision of the current policies
   */
  public record Open(Facts facts, String firstSeen, String due, String now, Judged ifDecidedNow) {}

  /**
   * Verdict without effect.
   *
   * @param decidedAt log time; null if it is not a time of the log
   * @param votes by policy, in the order of the document
   * @param threshold as in {@link Recorded}; null also if the trace is not sampled
   * @param adjustedCount as in {@link Recorded}; null also if the trace is not sampled
   * @param budgets budgets and keys of the policies; null if there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Judged(
      String decision,
      @Nullable String policy,
      long policyVersion,
      @Nullable String decidedAt,
      Map<String, String> votes,
      @Nullable String threshold,
      @Nullable Double adjustedCount,
      @Nullable List<Budget> budgets,
      @Nullable Facts facts) {
    /**
     * Describes a decision, which is valid during the call only.
     *
     * @param budgets budgets and keys of the policies; can be empty
     */
    public static Judged of(
        PolicyVersion version,
        Decision decision,
        @Nullable String decidedAt,
        List<Budget> budgets,
        @Nullable Facts facts) {
      List<String> names = version.set().policyNames();
      Map<String, String> votes = new LinkedHashMap<>();
      for (int policy = 0; policy < names.size(); policy++) {
        votes.put(names.get(policy), lowerCase(decision.vote(policy)));
      }
      long threshold =
          decision.outcome() == Decision.Outcome.SAMPLED
              ? decision.threshold()
              : Decision.UNKNOWN_THRESHOLD;
      return new Judged(
          lowerCase(decision.outcome()),
          decision.policy() < 0 ? null : names.get(decision.policy()),
          version.number(),
          decidedAt,
          votes,
          thresholdText(threshold),
          countOf(threshold),
          budgets.isEmpty() ? null : budgets,
          facts);
    }
  }

  /**
   * Budget of a policy, and the key of the trace, as the partition knows them.
   *
   * @param policy name of the policy, or of a sub-policy such as {@code budget/errors}
   * @param key values that make up the key; null, like both later fields, if the policy has no keys
   * @param spansPerSecond learnt traffic of the key in the partition; 0 if it has no rate of its
   *     own
   * @param probability sampling probability of the key
   * @param slotThreshold threshold of the last slot for traces of equal weight, encoded as {@code
   *     th}; null if there was no slot, or if the policy has keys
   * @param burnRate burn rate of the key in the partition; null unless the policy is {@code
   *     slo_burn}
   * @param burningSince log time from which on the key burns; null if it does not
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Budget(
      String policy,
      @Nullable String key,
      @Nullable Double spansPerSecond,
      @Nullable Double probability,
      @Nullable String slotThreshold,
      @Nullable Double burnRate,
      @Nullable String burningSince) {
    static Budget of(PolicyBurns burns, PolicySet set, OpenTrace trace, ValueNames names) {
      return new Budget(
          set.policyNames().get(burns.policy()),
          burns.fingerprint() < 0 ? null : trace.fingerprintText(burns.fingerprint(), names),
          null,
          null,
          null,
          burns.rate(),
          burns.burning().isEmpty()
              ? null
              : Instant.ofEpochMilli(burns.burning().get(0).sinceMillis()).toString());
    }

    static Budget of(PolicyBudget budget, PolicySet set, OpenTrace trace, ValueNames names) {
      String policy = set.nameOf(budget);
      if (budget.learnt() == null) {
        return new Budget(policy, null, null, null, thresholdText(budget.threshold()), null, null);
      }
      PolicyBudget.KeyRate key = budget.learnt().top().get(0);
      return new Budget(
          policy,
          trace.fingerprintText(budget.learnt().fingerprint(), names),
          key.spansPerSecond(),
          key.probability(),
          null,
          null,
          null);
    }
  }

  /**
   * Summary of the spans so far.
   *
   * @param root name of the root span; null if it has not arrived
   * @param service service of the root span
   */
  public record Facts(
      int spans,
      long bytes,
      long durationMs,
      @Nullable String root,
      @Nullable String service,
      int errors) {
    /** Returns these facts with late spans. */
    public Facts with(OpenTrace whole, TraceOutline late) {
      Facts all = of(whole, late);
      return new Facts(
          all.spans,
          all.bytes,
          all.durationMs,
          root == null ? all.root : root,
          root == null ? all.service : service,
          errors + all.errors);
    }

    public static Facts of(OpenTrace trace, TraceOutline outline) {
      long nanos = trace.endUnixNanos() - trace.startUnixNanos();
      return new Facts(
          trace.spanCount,
          trace.bytes,
          TimeUnit.NANOSECONDS.toMillis(nanos),
          outline.root(),
          outline.service(),
          outline.errors());
    }
  }

  public static TraceAnswer unknown(String traceId) {
    return new TraceAnswer(traceId, State.unknown, null, null, null, null, null, null, null);
  }

  public TraceAnswer by(@Nullable String host, int ofPartition) {
    return new TraceAnswer(
        traceId, state, host, ofPartition, recorded, open, rejudged, agrees, spans);
  }

  public TraceAnswer with(@Nullable List<SpanLine> lines) {
    return new TraceAnswer(
        traceId, state, instance, partition, recorded, open, rejudged, agrees, lines);
  }

  /** Adds the result from the log. Agreement is defined for a recorded verdict only. */
  public TraceAnswer rejudged(@Nullable Judged judged) {
    Boolean same = null;
    if (recorded != null && judged != null && !recorded.onRequest()) {
      same = recorded.isAsIn(judged);
    }
    State now = judged == null ? state : State.decided;
    return new TraceAnswer(traceId, now, instance, partition, recorded, open, judged, same, spans);
  }

  private static @Nullable String thresholdText(long threshold) {
    return threshold < 0 ? null : ConsistentSampling.thresholdText(threshold);
  }

  private static @Nullable Double countOf(long threshold) {
    return threshold < 0 ? null : ConsistentSampling.adjustedCount(threshold);
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
