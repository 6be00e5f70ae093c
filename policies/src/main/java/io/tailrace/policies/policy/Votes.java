package io.tailrace.policies.policy;

import io.tailrace.policies.budget.Thresholds;

/**
 * Encodes the vote of a policy as one number, so that voting allocates nothing. A value of at least
 * 0 is a threshold: the policy samples traces whose {@link TraceFacts#randomness} is at least the
 * threshold, and the threshold does not depend on the randomness of the trace. Negative values are
 * the codes below. Sources: OpenTelemetry specification, "TraceState: Probability Sampling"; OTEP
 * 250 for the combination of votes.
 */
public final class Votes {
  /** Samples the trace, whatever its randomness. */
  public static final long ALWAYS = Thresholds.ALWAYS;

  /** Does not sample the trace, whatever its randomness. The greatest threshold. */
  public static final long NEVER = Thresholds.NEVER;

  /** Samples the trace with an unknown probability, as rate limits do. */
  public static final long BY_CHANCE = -1;

  /** Does not sample the trace, with an unknown probability. */
  public static final long NOT_BY_CHANCE = -2;

  public static final long ERROR = -3;
  public static final long NOT_EVALUATED = -4;
  public static final long DROPPED = -5;

  /** The trace does not meet the conditions of the rule. */
  public static final long NO_MATCH = -6;

  /** The policy had its vote before, and has no other now. */
  public static final long ABSTAINS = -7;

  private Votes() {}

  /** Returns the vote of a policy that depends on the content of the trace only. */
  static long ofContent(boolean samples) {
    return samples ? ALWAYS : NEVER;
  }

  /** Returns a vote with an unknown probability. */
  public static long byChance(boolean samples) {
    return samples ? BY_CHANCE : NOT_BY_CHANCE;
  }

  public static boolean isThreshold(long vote) {
    return vote >= 0;
  }

  /** Returns whether the vote samples a trace with this randomness. */
  public static boolean samples(long vote, long randomness) {
    return vote >= 0 ? randomness >= vote : vote == BY_CHANCE;
  }

  /** Returns whether the vote does not sample a trace with this randomness. False for errors. */
  public static boolean rejects(long vote, long randomness) {
    return vote >= 0 ? randomness < vote : vote == NOT_BY_CHANCE;
  }

  /** Returns the vote on a trace with this randomness, as shown to users. */
  public static Vote of(long vote, long randomness) {
    if (samples(vote, randomness)) {
      return Vote.SAMPLED;
    } else if (rejects(vote, randomness) || vote == NO_MATCH) {
      return Vote.NOT_SAMPLED;
    }
    return vote == DROPPED ? Vote.DROPPED : vote == ERROR ? Vote.ERROR : Vote.NOT_EVALUATED;
  }

  /**
   * Returns the opposite vote. The traces below a threshold have a known share, but no threshold
   * describes them, so their probability counts as unknown. An error has no opposite.
   */
  public static long not(long vote, long randomness) {
    if (vote == ABSTAINS) {
      return ABSTAINS;
    } else if (vote == ALWAYS) {
      return NEVER;
    } else if (vote == NEVER) {
      return ALWAYS;
    } else if (samples(vote, randomness)) {
      return NOT_BY_CHANCE;
    }
    return rejects(vote, randomness) ? BY_CHANCE : ERROR;
  }
}
