package io.tailrace.policies.slo;

/**
 * A key that burns, or did.
 *
 * @param key hash of the fingerprint; meaningless if {@code isOther}
 * @param isOther whether it is the common burn of all keys that are not counted apart
 * @param sinceMillis log time from which on it burns
 * @param untilMillis log time at which it stopped; {@link #GOES_ON} if it still burns
 * @param rate highest burn rate seen in it: 1 spends exactly the error budget
 */
public record Burn(long key, boolean isOther, long sinceMillis, long untilMillis, double rate) {
  public static final long GOES_ON = Long.MAX_VALUE;
}
