package io.tailrace.policies;

/**
 * A policy set that only counts its votes and does not affect decisions.
 *
 * @param indexes for each of its signals, the index in the active set
 */
record ShadowSet(PolicySet set, int[] indexes) {}
