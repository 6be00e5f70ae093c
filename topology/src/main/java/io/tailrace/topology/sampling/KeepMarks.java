package io.tailrace.topology.sampling;

/** Open traces that somebody has asked to keep. */
public interface KeepMarks {
  KeepMarks NONE = (high, low) -> false;

  /** Whether this trace, which is being decided, is one of them; it is none any more then. */
  boolean take(long high, long low);
}
