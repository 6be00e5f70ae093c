package io.tailrace.topology;

import java.util.Locale;

/** Which bound made a trace be decided before it was due. */
enum EarlyReason {
  SPANS_PER_TRACE,
  BYTES_PER_TRACE,
  BYTES_PER_TASK,
  TRACES_PER_TASK;

  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
