package io.tailrace.policies.adaptive;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Divides a goal among keys in proportion to their shares. A key that has less traffic than its
 * part keeps all of it, and leaves the rest to the others.
 */
final class Allocation {
  private Allocation() {}

  /**
   * Returns the probability of each key.
   *
   * @param counts traffic of each key, above 0
   * @param shares relative part of each key in the goal, above 0
   * @param goal traffic to keep, above 0
   */
  static double[] probabilities(double[] counts, double[] shares, double goal) {
    double part = partPerShare(counts, shares, goal);
    double[] probabilities = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      probabilities[i] = Math.min(1, part * shares[i] / counts[i]);
    }
    return probabilities;
  }

  /** Returns what a key with a share of 1 gets: infinite if all traffic can be kept. */
  private static double partPerShare(double[] counts, double[] shares, double goal) {
    Integer[] rarestFirst = new Integer[counts.length];
    Arrays.setAll(rarestFirst, i -> i);
    Arrays.sort(rarestFirst, Comparator.comparingDouble(i -> counts[i] / shares[i]));
    double left = goal;
    double sharesLeft = Arrays.stream(shares).sum();
    for (int i : rarestFirst) {
      if (counts[i] / shares[i] * sharesLeft > left) {
        return left / sharesLeft;
      }
      left -= counts[i];
      sharesLeft -= shares[i];
    }
    return Double.POSITIVE_INFINITY;
  }
}
