package io.tailrace.topology.keep;

import java.util.Locale;

/** What became of a request to keep a trace. */
public enum KeepOutcome {
  /** It is open, and kept when it is due. */
  KEPT_WHEN_DUE,
  /** It was read back from the log and exported; late spans follow. */
  EXPORTED,
  /** What the log has of it was exported before; late spans follow. */
  ALREADY_KEPT,
  /** An earlier request is at it. */
  IN_PROGRESS,
  /** It was dropped, and the log no longer has its spans. */
  GONE,
  /** Neither the task nor the log, if that was to be searched, knows of it. */
  UNKNOWN,
  /** The request lies on a partition that the trace cannot be on. */
  WRONG_PARTITION,
  /** The key is no trace id. */
  MALFORMED;

  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
