package io.tailrace.topology.sampling;

import java.util.Locale;

/** Bound that caused an early decision: a setting below {@code limits}. */
public enum EarlyReason {
  SPANS_PER_TRACE("raise it, or find who reuses a trace id"),
  BYTES_PER_TRACE("raise it, or find who reuses a trace id"),
  BYTES_PER_TASK("raise it if the disk has room, or shorten decision_wait, or add partitions"),
  TRACES_PER_TASK("raise it if the heap has room, or shorten decision_wait, or add partitions");

  private final String remedy;

  EarlyReason(String remedy) {
    this.remedy = remedy;
  }

  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Action recommended to the operator. */
  public String remedy() {
    return remedy;
  }
}
