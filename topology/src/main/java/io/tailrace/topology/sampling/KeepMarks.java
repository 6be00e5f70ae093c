package io.tailrace.topology.sampling;

/** Open traces with a keep request. */
public interface KeepMarks {
  KeepMarks NONE = (high, low) -> false;

  /** Removes the mark of a trace that is being decided. Returns whether it had one. */
  boolean take(long high, long low);
}
