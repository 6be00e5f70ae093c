package io.tailrace.policies.fingerprint;

/** Trace with the values of {@link Fingerprints}. */
public interface KeyedTrace {
  /**
   * Returns the hash of a fingerprint of the trace, from its spans received so far. Equal for equal
   * values, on every instance.
   *
   * @param index index in {@link Fingerprints#all} of the policy set
   */
  default long fingerprint(int index) {
    throw new UnsupportedOperationException("fingerprint " + index + " of a trace without values");
  }
}
