package io.tailrace.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.tailrace.policies.Decision;
import io.tailrace.policies.EvaluationTimes;
import io.tailrace.policies.Vote;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Votes and credited keeps of each policy of one version, of those within composite ones too, and
 * the time that the policies take. Counters of the same name go on from version to version.
 * Thread-safe.
 */
final class PolicyMeters {
  static final int MAX_NAMES = 1_000;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MeterRegistry registry;
  private final long version;
  private final List<Map<Vote, Counter>> votes;
  private final List<Counter> keeps;
  private final List<Map<Vote, Counter>> subVotes;
  private final List<Counter> subKeeps;
  private final EvaluationTimes times;
  private final List<Counter> seconds;

  PolicyMeters(MeterRegistry registry, PolicyVersion of) {
    this.registry = registry;
    version = of.number();
    List<String> names = of.set().policyNames();
    votes = names.stream().map(this::votes).toList();
    keeps = names.stream().map(this::keeps).toList();
    List<String> subNames = of.set().subPolicyNames();
    subVotes = subNames.stream().map(this::votes).toList();
    subKeeps = subNames.stream().map(this::keeps).toList();
    times = of.set().evaluationTimes();
    seconds = names.stream().map(this::seconds).toList();
  }

  /**
   * Names of policies come from documents, without end: beyond so many, new ones have no meters.
   */
  static MeterFilter bounded() {
    return MeterFilter.maximumAllowableTags(
        "tailrace.policy", "policy", MAX_NAMES, MeterFilter.deny());
  }

  private Map<Vote, Counter> votes(String policy) {
    Map<Vote, Counter> byVote = new EnumMap<>(Vote.class);
    for (Vote vote : Vote.values()) {
      byVote.put(
          vote,
          Counter.builder("tailrace.policy.votes")
              .description("Votes cast by each policy")
              .tag("policy", policy)
              .tag("vote", vote.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return byVote;
  }

  private Counter keeps(String policy) {
    return Counter.builder("tailrace.policy.keeps")
        .description("Kept traces that are credited to each policy")
        .tag("policy", policy)
        .register(registry);
  }

  private Counter seconds(String policy) {
    return Counter.builder("tailrace.policy.evaluation")
        .description("Time spent on each policy's votes and conditions, estimated from a sample")
        .baseUnit("seconds")
        .tag("policy", policy)
        .register(registry);
  }

  long version() {
    return version;
  }

  void count(Decision decision) {
    for (int policy = 0; policy < votes.size(); policy++) {
      votes.get(policy).get(decision.vote(policy)).increment();
      long nanos = times.take(policy);
      if (nanos > 0) {
        seconds.get(policy).increment(nanos / NANOS_PER_SECOND);
      }
    }
    for (int subPolicy = 0; subPolicy < subVotes.size(); subPolicy++) {
      subVotes.get(subPolicy).get(decision.subVote(subPolicy)).increment();
    }
    if (decision.outcome() == Decision.Outcome.SAMPLED) {
      keeps.get(decision.policy()).increment();
      if (decision.subPolicy() >= 0) {
        subKeeps.get(decision.subPolicy()).increment();
      }
    }
  }
}
