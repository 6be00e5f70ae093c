package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Weight;

/**
 * Policy set and the log time of its activation.
 *
 * @param number offset of its document in the config topic + 1; 0 for the set before any document;
 *     after a recreation of the topic, numbers continue after those of its predecessor
 * @param activeFrom log time, Unix milliseconds; the set applies to traces due from then on
 * @param set policies, with the shadow set beside them if there is one
 * @param waits waits of the set, or the configured ones
 * @param shadow number of the shadow set's document, as {@code number}; 0 if there never was one
 */
public record PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits, long shadow) {
  public PolicyVersion {
    waits = waits.inSlotsOf(set);
  }

  /** Number of a set to simulate, which no instance has. */
  public static final long OF_A_FILE = -1;

  public PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits) {
    this(number, activeFrom, set, waits, 0);
  }

  /** Returns a set that applies at all times and is not a version of the fleet. */
  public static PolicyVersion ofAFile(PolicySet set, Waits waits) {
    return new PolicyVersion(OF_A_FILE, Long.MIN_VALUE, set, waits);
  }

  /** Returns the weight of a trace that is kept with an unknown probability. */
  Weight unknownWeight() {
    return set.useTraceState() ? Weight.UNKNOWN : Weight.NONE;
  }

  /** Returns the same policies with another activation time. */
  PolicyVersion from(long time) {
    return new PolicyVersion(number, time, set, waits, shadow);
  }

  /** Returns the same policies with this shadow set. */
  PolicyVersion beside(ShadowVersion other, long time) {
    PolicySet both = other.set() == null ? set : set.withShadow(other.set());
    return new PolicyVersion(number, time, both, waits, other.number());
  }

  /** Whether it follows the version with these numbers. */
  boolean isAfter(long otherNumber, long otherShadow) {
    return number == otherNumber ? shadow > otherShadow : number > otherNumber;
  }
}
