package io.tailrace.policies.policy;

import java.util.Arrays;

/**
 * Votes of all sub-policies of {@code composite} policies on the current trace. Each composite
 * voter of a judge writes to its own range. Not thread-safe.
 */
public final class SubVotes {
  private Vote[] votes = {};

  /**
   * Reserves a range of votes.
   *
   * @return index of the first vote of the range
   */
  public int reserve(int count) {
    int first = votes.length;
    votes = Arrays.copyOf(votes, first + count);
    return first;
  }

  public void note(int index, Vote vote) {
    votes[index] = vote;
  }

  public Vote vote(int index) {
    return votes[index];
  }

  public void reset() {
    Arrays.fill(votes, Vote.NOT_EVALUATED);
  }

  @Override
  public String toString() {
    return Arrays.toString(votes);
  }
}
