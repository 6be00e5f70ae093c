package io.tailrace.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Vote;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Votes and credited keeps of each policy of one version. Thread-safe. */
final class PolicyMeters {
  private final long version;
  private final List<Map<Vote, Counter>> votes = new ArrayList<>();
  private final Counter[] keeps;

  PolicyMeters(MeterRegistry registry, PolicyVersion of) {
    version = of.number();
    List<String> names = of.set().policyNames();
    keeps = new Counter[names.size()];
    for (int policy = 0; policy < names.size(); policy++) {
      Map<Vote, Counter> byVote = new EnumMap<>(Vote.class);
      for (Vote vote : Vote.values()) {
        byVote.put(
            vote,
            Counter.builder("tailrace.policy.votes")
                .description("Votes cast by each policy")
                .tag("policy", names.get(policy))
                .tag("vote", vote.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
      votes.add(byVote);
      keeps[policy] =
          Counter.builder("tailrace.policy.keeps")
              .description("Kept traces that are credited to each policy")
              .tag("policy", names.get(policy))
              .register(registry);
    }
  }

  long version() {
    return version;
  }

  void count(Decision decision) {
    for (int policy = 0; policy < keeps.length; policy++) {
      votes.get(policy).get(decision.vote(policy)).increment();
    }
    if (decision.outcome() == Decision.Outcome.SAMPLED) {
      keeps[decision.policy()].increment();
    }
  }
}
