package io.tailrace.policies.slo;

import io.tailrace.policies.fingerprint.KeyedTrace;
import java.util.List;

/**
 * Reads the burn rates of a policy. Changes nothing.
 *
 * @param policy index in {@code PolicySet.policyNames}
 * @param fingerprint index of the fingerprint; -1 if all traces have one key
 */
public record BurnWatch(int policy, int fingerprint, BurnRates rates) {
  /** Key of all traces without a fingerprint. */
  public static final long ALL = 0;

  public PolicyBurns at(long logTimeMillis) {
    return new PolicyBurns(
        policy,
        fingerprint,
        rates.keys(),
        rates.highestRate(logTimeMillis),
        rates.burning(logTimeMillis),
        rates.ended());
  }

  /** Returns the state with the key of this trace only, as one that burns if it does. */
  public PolicyBurns of(KeyedTrace trace, long logTimeMillis) {
    long key = fingerprint < 0 ? ALL : trace.fingerprint(fingerprint);
    return new PolicyBurns(
        policy,
        fingerprint,
        rates.keys(),
        rates.rate(key, logTimeMillis),
        rates.burning(key, logTimeMillis),
        List.of());
  }
}
