package io.tailrace.topology.simulate;

import io.tailrace.topology.sampling.OpenTrace;

/** Amount of traces, spans and bytes. Not thread-safe. */
final class Amount {
  private long traces;
  private long spans;
  private long bytes;

  void add(OpenTrace trace) {
    traces++;
    spans += trace.spanCount;
    bytes += trace.bytes;
  }

  /** Adds spans of a trace that is already counted. */
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
