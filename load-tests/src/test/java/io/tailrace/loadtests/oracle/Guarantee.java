package io.tailrace.loadtests.oracle;

/** How often a span may come. */
public enum Guarantee {
  EXACTLY_ONCE,
  /** Spans may come again, in other company, with the same verdict of the same time. */
  AT_LEAST_ONCE
}
