package io.tailrace.topology.gateway;

import java.time.Duration;

/** The bytes of requests that have come and are not answered yet, up to a limit. Thread-safe. */
final class InFlight {
  /** What a request costs beside its bytes, so that many small ones count, too. */
  private static final int REQUEST_BYTES = 1 << 10;

  private final long limit;
  private long bytes;
  private boolean closed;

  /**
   * @param limit in bytes
   */
  InFlight(long limit) {
    this.limit = limit;
  }

  /** A request's part of it. */
  final class Share {
    private long taken;

    private Share(long taken) {
      this.taken = taken;
    }

    /**
     * It has turned out to be larger. That may exceed the limit, by a request for each worker: what
     * is there already is better finished than refused.
     */
    void growTo(long size) {
      synchronized (InFlight.this) {
        long more = Math.max(0, size + REQUEST_BYTES - taken);
        taken += more;
        bytes += more;
      }
    }

    void release() {
      synchronized (InFlight.this) {
        bytes -= taken;
        taken = 0;
        InFlight.this.notifyAll();
      }
    }
  }

  /** Takes so much; null if it does not fit, or no more is taken. */
  synchronized Share take(long size) {
    long needed = size + REQUEST_BYTES;
    // A request as large as the limit fits when it is alone.
    if (closed || (bytes > 0 && bytes + needed > limit)) {
      return null;
    }
    bytes += needed;
    return new Share(needed);
  }

  synchronized boolean isFull() {
    return bytes >= limit - REQUEST_BYTES;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Takes no more. */
  synchronized void close() {
    closed = true;
  }

  /** Waits until nothing is in flight; false if that takes too long. */
  synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (bytes > 0) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
