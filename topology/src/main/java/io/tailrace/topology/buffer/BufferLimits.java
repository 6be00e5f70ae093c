package io.tailrace.topology.buffer;

import io.tailrace.topology.config.StartException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds of the span buffers of one instance.
 *
 * @param chunkBytes a trace's heap chunk is written to disk at this size
 * @param heapBytes all heap chunks of the instance together; each task has an equal share
 * @param windowMillis log time covered by one window on disk
 * @param tasks how many tasks share {@code heapBytes} now
 */
public record BufferLimits(int chunkBytes, long heapBytes, long windowMillis, AtomicInteger tasks) {
  public BufferLimits(int chunkBytes, long heapBytes, long windowMillis) {
    this(chunkBytes, heapBytes, windowMillis, new AtomicInteger());
  }

  /**
   * Refuses a share for span bytes that the heap has no room for.
   *
   * @param maxHeapBytes what {@code -Xmx} allows; half of it is for all else
   * @throws StartException if it is too little
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
