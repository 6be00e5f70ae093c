package io.tailrace.loadtests.oracle;

/** How often a span may come. */
public enum Guarantee {
  EXACTLY_ONCE,
  /** Records may come again as they were. */
  WHOLE_RECORDS_AGAIN,
  /** Spans may come again, in other company; the verdict, but not its time, is the same. */
  SPANS_AGAIN
}
