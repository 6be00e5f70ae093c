package io.tailrace.topology;

import io.tailrace.policies.PolicySet;

/**
 * A policy set and from when it judges.
 *
 * @param number offset of its document in the config topic + 1; 0 for the set before any document;
 *     of a topic that was made anew meanwhile they go on after those of its predecessor
 * @param activeFrom log time, Unix milliseconds: traces due from then on are judged by it
 * @param set the policies
 * @param waits the set's own waits, or the configured ones
 */
record PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits) {
  /** Number of a set that no instance has: one to be simulated. */
  static final long OF_A_FILE = -1;

  /** A set that judges whatever the time, and is no version of the fleet's. */
  static PolicyVersion ofAFile(PolicySet set, Waits waits) {
    return new PolicyVersion(OF_A_FILE, Long.MIN_VALUE, set, waits);
  }
}
