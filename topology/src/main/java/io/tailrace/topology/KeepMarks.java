package io.tailrace.topology;

/** Open traces that somebody has asked to keep. */
interface KeepMarks {
  KeepMarks NONE = (high, low) -> false;

  /** Whether this trace, which is being decided, is one of them; it is none any more then. */
  boolean take(long high, long low);
}
