package io.tailrace.policies.kinds;

import io.tailrace.policies.budget.TokenBucket;
import io.tailrace.policies.policy.SubVotes;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Vote;
import io.tailrace.policies.policy.Voter;
import io.tailrace.policies.policy.Votes;
import java.util.List;

/** Votes of a {@code composite} policy that pays trace by trace. */
final class CompositeSequence implements Voter {
  private final TokenBucket all;
  private final Payer[] payers;
  private final SubVotes subVotes;
  private final int first;

  /**
   * @param first index of the first sub-policy in {@code subVotes}
   */
  CompositeSequence(TokenBucket all, List<Payer> payers, SubVotes subVotes, int first) {
    this.all = all;
    this.payers = payers.toArray(Payer[]::new);
    this.subVotes = subVotes;
    this.first = first;
  }

  @Override
  public long vote(TraceFacts trace, long logTimeMillis) {
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
  }

  /** A sub-policy and its budget. */
  record Payer(Voter voter, TokenBucket bucket) {
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
