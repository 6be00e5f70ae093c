package io.tailrace.topology.simulate;

import io.tailrace.topology.sampling.OpenTrace;

/** So much of what came. Not thread-safe. */
final class Amount {
  private long traces;
  private long spans;
  private long bytes;

  void add(OpenTrace trace) {
    traces++;
    spans += trace.spanCount;
    bytes += trace.bytes;
  }

  /** Spans of a trace that is counted already. */
  void addSpans(long count, long size) {
    spans += count;
    bytes += size;
  }

  long traces() {
    return traces;
  }

  long spans() {
    return spans;
  }

  long bytes() {
    return bytes;
  }
}
