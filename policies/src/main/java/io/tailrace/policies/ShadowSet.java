package io.tailrace.policies;

/**
 * A policy set that only counts its votes and does not affect decisions.
 *
 * @param signals for each of its signals, the index in the active set
 * @param fingerprints for each of its fingerprints, the index in the active set
 */
record ShadowSet(PolicySet set, int[] signals, int[] fingerprints) {}
