package io.tailrace.policies.slo;

import java.util.List;

/**
 * Burn rates of a policy at one time, for people. Immutable.
 *
 * @param policy index in {@code PolicySet.policyNames}
 * @param fingerprint index of the fingerprint; -1 if all traces have one key
 * @param keys number of keys that are counted apart
 * @param rate highest burn rate of a key: 1 spends exactly the error budget
 * @param burning keys that burn, the highest rate first
 * @param ended latest burns that ended
 */
public record PolicyBurns(
    int policy, int fingerprint, int keys, double rate, List<Burn> burning, List<Burn> ended) {}
