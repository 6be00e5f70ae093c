package io.tailrace.topology.sampling;

import java.util.Locale;

/** Which bound made a trace be decided before it was due: a setting below {@code limits}. */
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

  /** What its operator can do. */
  public String remedy() {
    return remedy;
  }
}
