package io.tailrace.topology.sampling;

import java.util.Arrays;

/**
 * A resource and the signals that it raises. No array is altered.
 *
 * @param bytes of its message
 * @param keys that it has, which do not count in further parts of the resource
 */
record KnownResource(byte[] bytes, long[] raised, int[] keys) {
  boolean isOf(byte[] buffer, int offset, int length) {
    return Arrays.equals(bytes, 0, bytes.length, buffer, offset, offset + length);
  }
}
