package io.tailrace.policies;

import java.util.ArrayList;
import java.util.List;

/**
 * Samples a trace if a sub-policy samples it and has enough budget. The first such sub-policy pays.
 */
record CompositePolicy(long total, String stateKey, List<Composite.Allotted> policies)
    implements Policy {
  @Override
  public Voter voter(Budgets budgets) {
    TokenBucket all = bucket(budgets, stateKey, total);
    Payer[] payers =
        policies.stream()
            .map(
                p -> new Payer(p.policy().voter(budgets), bucket(budgets, p.stateKey(), p.spans())))
            .toArray(Payer[]::new);
    SubVotes subVotes = budgets.subVotes();
    int first = subVotes.reserve(payers.length);
    return Voter.spending(
        (trace, logTimeMillis) -> {
          if (!all.holds(trace.spanCount(), logTimeMillis)) {
            return Votes.NOT_BY_CHANCE;
          }
          for (int i = 0; i < payers.length; i++) {
            Vote vote = Votes.of(payers[i].vote(trace, logTimeMillis), trace.randomness());
            subVotes.note(first + i, vote);
            if (vote == Vote.SAMPLED) {
              all.take(trace.spanCount());
              return Votes.BY_CHANCE;
            }
            if (vote == Vote.ERROR) {
              return Votes.ERROR;
            }
          }
          return Votes.NOT_BY_CHANCE;
        });
  }

  @Override
  public List<String> subPolicyNames() {
    return policies.stream().map(Composite.Allotted::name).toList();
  }

  @Override
  public List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    for (Composite.Allotted sub : policies) {
      if (sub.policy().extent() instanceof Extent.None none
          && !none.isReported()
          && sub.policy().doubts().isEmpty()) {
        doubts.add("/" + Words.clean(sub.name()) + ": matches no trace");
      }
      sub.policy().doubts().forEach(doubt -> doubts.add("/" + Words.clean(sub.name()) + doubt));
    }
    return doubts;
  }

  @Override
  public String description() {
    NamedLines rows = new NamedLines();
    policies.forEach(
        p -> rows.add(p.name(), perSecond(p.spans()) + ": " + p.policy().description()));
    return "at most %s, spent by the first of these that samples it and has budget left:\n%s"
        .formatted(perSecond(total), String.join("\n", rows.lines()).indent(2).stripTrailing());
  }

  private static String perSecond(long spans) {
    return Words.count(spans, "span") + " a second";
  }

  private static TokenBucket bucket(Budgets budgets, String key, long spans) {
    return budgets.bucket(key, spans, spans, Budgets.EACH_SECOND);
  }

  private record Payer(Voter voter, TokenBucket bucket) {
    /** Skips a policy without enough budget, so that rate limits inside it spend no tokens. */
    long vote(TraceFacts trace, long logTimeMillis) {
      if (!bucket.holds(trace.spanCount(), logTimeMillis)) {
        return Votes.NOT_EVALUATED;
      }
      long vote = voter.vote(trace, logTimeMillis);
      if (Votes.samples(vote, trace.randomness())) {
        bucket.take(trace.spanCount());
      }
      return vote;
    }
  }
}
