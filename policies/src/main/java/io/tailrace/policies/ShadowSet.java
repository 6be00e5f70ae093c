package io.tailrace.policies;

/**
 * A policy set that is counted and changes nothing.
 *
 * @param indexes for each of its signals, which one of the set beside it that is
 */
record ShadowSet(PolicySet set, int[] indexes) {}
