package io.tailrace.topology.sampling;

import java.util.ArrayDeque;
import java.util.Deque;

/** Open traces with the same value of an attribute. Not thread-safe. */
final class TraceGroup {
  /** Removed traces that may stay in {@link #joined} beside as many open ones. */
  private static final int SPARE = 64;

  private final String name;

  /** Traces in the order in which they joined. Contains removed traces, which have no group. */
  private final Deque<OpenTrace> joined = new ArrayDeque<>();

  private int size;
  private long bytes;

  TraceGroup(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void add(OpenTrace trace) {
    trace.group = this;
    joined.addLast(trace);
    size++;
    bytes += trace.bytes;
  }

  void addBytes(int more) {
    bytes += more;
  }

  void remove(OpenTrace trace) {
    trace.group = null;
    size--;
    bytes -= trace.bytes;
    while (!joined.isEmpty() && joined.getFirst().group != this) {
      joined.removeFirst();
    }
    if (joined.size() > 2 * size + SPARE) {
      joined.removeIf(other -> other.group != this);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  long bytes() {
    return bytes;
  }

  /** Returns the trace that joined first. The group must not be empty. */
  OpenTrace oldest() {
    return joined.getFirst();
  }
}
