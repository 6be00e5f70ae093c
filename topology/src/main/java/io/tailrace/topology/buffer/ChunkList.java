package io.tailrace.topology.buffer;

import org.jspecify.annotations.Nullable;

/** Linked list of the traces with span bytes on the heap, ordered by the start of these bytes. */
final class ChunkList {
  private @Nullable BufferedTrace last;

  @Nullable BufferedTrace last() {
    return last;
  }

  void add(BufferedTrace trace) {
    trace.previousChunk = last;
    if (last != null) {
      last.nextChunk = trace;
    }
    last = trace;
  }

  void remove(BufferedTrace trace) {
    if (trace.previousChunk != null) {
      trace.previousChunk.nextChunk = trace.nextChunk;
    }
    if (trace.nextChunk == null) {
      last = trace.previousChunk;
    } else {
      trace.nextChunk.previousChunk = trace.previousChunk;
    }
    trace.previousChunk = null;
    trace.nextChunk = null;
  }
}
