package io.tailrace.topology.wire;

/**
 * Values of selectors in a resource. The arrays are not modified.
 *
 * @param selectors for each value, the index of its selector
 * @param hashes the values
 */
public record KnownValues(int[] selectors, long[] hashes) {
  public static final KnownValues NONE = new KnownValues(new int[0], new long[0]);
}
