package io.tailrace.policies;

import java.util.Arrays;

/**
 * What the policies within the composite ones of a set voted on the present trace. Each composite
 * voter of a judge writes to a stretch of its own. Not thread-safe.
 */
final class SubVotes {
  private Vote[] votes = {};

  /**
   * Makes room.
   *
   * @return index of the first of so many votes
   */
  int reserve(int count) {
    int first = votes.length;
    votes = Arrays.copyOf(votes, first + count);
    return first;
  }

  void note(int index, Vote vote) {
    votes[index] = vote;
  }

  Vote vote(int index) {
    return votes[index];
  }

  void reset() {
    Arrays.fill(votes, Vote.NOT_EVALUATED);
  }

  @Override
  public String toString() {
    return Arrays.toString(votes);
  }
}
