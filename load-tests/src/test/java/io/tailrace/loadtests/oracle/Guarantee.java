package io.tailrace.loadtests.oracle;

/** How often a span may come. */
public enum Guarantee {
  EXACTLY_ONCE,
  /** Spans may come again, in other company; the verdict, but not its time, is the same. */
  AT_LEAST_ONCE
}
