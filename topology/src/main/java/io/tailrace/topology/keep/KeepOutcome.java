package io.tailrace.topology.keep;

import java.util.Locale;

/** Outcome of a keep request. */
public enum KeepOutcome {
  /** The trace is open and will be kept when it is due. */
  KEPT_WHEN_DUE,
  /** The trace was read back from the log and exported. Late spans are exported. */
  EXPORTED,
  /** All spans in the log were already exported. Late spans are exported. */
  ALREADY_KEPT,
  /** An earlier request is pending. */
  IN_PROGRESS,
  /** The trace was dropped and the log no longer contains its spans. */
  GONE,
  /** The task and, if searched, the log do not contain the trace. */
  UNKNOWN,
  /** The trace cannot be on the partition of the request. */
  WRONG_PARTITION,
  /** The key is not a trace ID. */
  MALFORMED;

  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
