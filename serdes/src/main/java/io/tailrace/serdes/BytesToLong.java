package io.tailrace.serdes;

/** Computes a number from bytes in place, such as a hash. */
@FunctionalInterface
public interface BytesToLong {
  long of(byte[] buffer, int offset, int length);
}
