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
record PolicyVersion(long number, long activeFrom, PolicySet set, Waits waits) {}
