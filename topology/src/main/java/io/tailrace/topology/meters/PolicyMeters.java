package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.config.MeterFilter;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.topology.sampling.OpenTrace;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Votes and credited keeps of each policy of one version, sub-policies of composite policies
 * included, and the evaluation time of the policies. Each task has its own meters for its current
 * version. All tasks share counters of the same name, and the counters continue across versions.
 */
public final class PolicyMeters {
  static final int MAX_NAMES = 1_000;

  /** Name for all policies of a shadow set together. */
  private static final String SHADOW_SET = "(shadow set)";

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MeterRegistry registry;
  private final List<EnumCounters<Vote>> votes;
  private final List<Counter> keeps;
  private final List<Counter> keptSpans;
  private final List<Counter> keptBytes;
  private final List<EnumCounters<Vote>> subVotes;
  private final List<Counter> subKeeps;
  private final EvaluationTimes times;
  private final List<Counter> seconds;
  private final ShadowMeters shadows;
  private final TruthMeters truth;

  PolicyMeters(MeterRegistry registry, PolicySet of) {
    this.registry = registry;
    List<String> names = of.policyNames();
    votes = names.stream().map(this::votes).toList();
    keeps = names.stream().map(this::keeps).toList();
    keptSpans = names.stream().map(this::keptSpans).toList();
    keptBytes = names.stream().map(this::keptBytes).toList();
    List<String> subNames = of.subPolicyNames();
    subVotes = subNames.stream().map(this::votes).toList();
    subKeeps = subNames.stream().map(this::keeps).toList();
    times = of.evaluationTimes();
    Stream<String> shadowSet = of.shadowSet().stream().map(set -> SHADOW_SET);
    seconds =
        Stream.of(names.stream(), of.shadowNames().stream(), shadowSet)
            .flatMap(all -> all)
            .map(this::seconds)
            .toList();
    shadows = new ShadowMeters(registry, of);
    truth = new TruthMeters(registry, of);
  }

  /**
   * Limits the number of policies with meters, as documents may introduce any number of names.
   * Further policies have no meters.
   */
  public static List<MeterFilter> bounded() {
    return Stream.of("tailrace.policy", ShadowMeters.PREFIX)
        .map(
            prefix ->
                MeterFilter.maximumAllowableTags(prefix, "policy", MAX_NAMES, MeterFilter.deny()))
        .toList();
  }

  private EnumCounters<Vote> votes(String policy) {
    return new EnumCounters<>(
        Vote.class,
        vote ->
            Counter.builder("tailrace.policy.votes")
                .description("Votes cast by each policy")
                .tag("policy", policy)
                .tag("vote", vote.name().toLowerCase(Locale.ROOT))
                .register(registry));
  }

  private Counter keeps(String policy) {
    return Counter.builder("tailrace.policy.keeps")
        .description("Kept traces that are credited to each policy")
        .tag("policy", policy)
        .register(registry);
  }

  private Counter keptSpans(String policy) {
    return Counter.builder("tailrace.policy.kept.spans")
        .description("Spans of these traces at their verdicts")
        .tag("policy", policy)
        .register(registry);
  }

  private Counter keptBytes(String policy) {
    return Counter.builder("tailrace.policy.kept")
        .description("Bytes of these traces at their verdicts")
        .baseUnit(BaseUnits.BYTES)
        .tag("policy", policy)
        .register(registry);
  }

  private Counter seconds(String policy) {
    return Counter.builder("tailrace.policy.evaluation")
        .description("Evaluation time of each policy, estimated from a sample")
        .baseUnit("seconds")
        .tag("policy", policy)
        .register(registry);
  }

  void count(Decision decision, OpenTrace trace) {
    for (int policy = 0; policy < votes.size(); policy++) {
      votes.get(policy).of(decision.vote(policy)).increment();
    }
    truth.count(decision, trace);
    for (int slot = 0; slot < seconds.size(); slot++) {
      long nanos = times.take(slot);
      if (nanos > 0) {
        seconds.get(slot).increment(nanos / NANOS_PER_SECOND);
      }
    }
    shadows.count(decision, trace);
    for (int subPolicy = 0; subPolicy < subVotes.size(); subPolicy++) {
      subVotes.get(subPolicy).of(decision.subVote(subPolicy)).increment();
    }
    if (decision.outcome() == Decision.Outcome.SAMPLED) {
      keeps.get(decision.policy()).increment();
      keptSpans.get(decision.policy()).increment(trace.spanCount);
      keptBytes.get(decision.policy()).increment((double) trace.bytes);
      if (decision.subPolicy() >= 0) {
        subKeeps.get(decision.subPolicy()).increment();
      }
    }
  }
}
