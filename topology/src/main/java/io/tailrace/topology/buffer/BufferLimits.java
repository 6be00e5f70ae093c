package io.tailrace.topology.buffer;

import io.tailrace.topology.config.StartException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits of the span buffers of one instance.
 *
 * @param chunkBytes maximum span bytes of a trace on the heap
 * @param heapBytes maximum span bytes of the instance on the heap; each task has an equal share
 * @param windowMillis log time covered by one window on disk
 * @param tasks current number of tasks that share {@code heapBytes}
 */
public record BufferLimits(int chunkBytes, long heapBytes, long windowMillis, AtomicInteger tasks) {
  public BufferLimits(int chunkBytes, long heapBytes, long windowMillis) {
    this(chunkBytes, heapBytes, windowMillis, new AtomicInteger());
  }

  /**
   * Checks that the heap has room for {@code heapBytes}.
   *
   * @param maxHeapBytes value of {@code -Xmx}; half of it is reserved for other uses
   * @throws StartException if the heap is too small
   */
  public void ensureFits(long maxHeapBytes) {
    if (heapBytes > maxHeapBytes / 2) {
      throw new StartException(
          "buffer.heap: %dMiB (expected: at most half of the heap of %dMiB; lower it or raise -Xmx)"
              .formatted(heapBytes >> 20, maxHeapBytes >> 20));
    }
  }

  public long heapBytesPerTask() {
    return heapBytes / Math.max(1, tasks.get());
  }
}
