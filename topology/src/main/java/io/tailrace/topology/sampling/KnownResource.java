package io.tailrace.topology.sampling;

import io.tailrace.topology.wire.KnownValues;
import java.util.Arrays;

/**
 * Resource, the signals that it raises and its values of fingerprints. The arrays are not modified.
 *
 * @param bytes encoded message of the resource
 * @param keys its keys, which do not count in further parts of the resource
 */
record KnownResource(byte[] bytes, long[] raised, KnownValues values, int[] keys) {
  boolean isOf(byte[] buffer, int offset, int length) {
    return Arrays.equals(bytes, 0, bytes.length, buffer, offset, offset + length);
  }
}
