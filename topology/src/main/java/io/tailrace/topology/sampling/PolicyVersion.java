package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Weight;

/**
 * A policy set and from when it judges.
 *
 * @param number offset of its document in the config topic + 1; 0 for the set before any document;
 *     of a topic that was made anew meanwhile they go on after those of its predecessor
 * @param activeFrom log time, Unix milliseconds: traces due from then on are judged by it
 * @param set the policies, with the shadow set beside them if there is one
 * @param waits the set's own waits, or the configured ones
 * @param shadow number of the shadow set's document, as {@code number}; 0 if there never was one
 */
public record PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits, long shadow) {
  /** Number of a set that no instance has: one to be simulated. */
  public static final long OF_A_FILE = -1;

  public PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits) {
    this(number, activeFrom, set, waits, 0);
  }

  /** A set that judges whatever the time, and is no version of the fleet's. */
  public static PolicyVersion ofAFile(PolicySet set, Waits waits) {
    return new PolicyVersion(OF_A_FILE, Long.MIN_VALUE, set, waits);
  }

  /** Returns the weight of a trace that is kept with an unknown probability. */
  Weight unknownWeight() {
    return set.useTraceState() ? Weight.UNKNOWN : Weight.NONE;
  }

  /** The same policies from another time on. */
  PolicyVersion from(long time) {
    return new PolicyVersion(number, time, set, waits, shadow);
  }

  /** The same policies, with this shadow beside them. */
  PolicyVersion beside(ShadowVersion other, long time) {
    PolicySet both = other.set() == null ? set : set.withShadow(other.set());
    return new PolicyVersion(number, time, both, waits, other.number());
  }

  /** Whether it comes after the one with these numbers. */
  boolean isAfter(long otherNumber, long otherShadow) {
    return number == otherNumber ? shadow > otherShadow : number > otherNumber;
  }
}
