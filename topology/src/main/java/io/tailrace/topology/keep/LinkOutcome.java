package io.tailrace.topology.keep;

import java.util.Locale;

/** Outcome of the request of a kept trace for a trace that it links to. */
public enum LinkOutcome {
  /** The trace is open and will be kept when it is due. */
  KEPT_WHEN_DUE,
  /** The trace was not kept. It is read back from the log and exported. */
  READ_BACK,
  /** The trace is kept or being read back. */
  ALREADY_KEPT,
  /** A {@code drop} policy dropped the trace, which is final. */
  DROPPED,
  /** The task does not contain the trace. It will be kept if it begins soon. */
  NOT_SEEN,
  /** Too many traces wait already. */
  LIMITED;

  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
