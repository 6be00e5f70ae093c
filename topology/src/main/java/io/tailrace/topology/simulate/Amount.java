package io.tailrace.topology.simulate;

import io.tailrace.serdes.TraceSummary;
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

  /** Adds a trace. */
  void add(TraceSummary trace) {
    traces++;
    addSpans(trace.spans(), trace.bytes());
  }

  /** Removes a trace that counts elsewhere now. */
  void remove(TraceSummary trace) {
    traces--;
    addSpans(-trace.spans(), -trace.bytes());
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
