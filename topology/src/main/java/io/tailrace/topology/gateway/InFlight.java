package io.tailrace.topology.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits the bytes of requests without an answer. Thread-safe. */
final class InFlight {
  /** Fixed cost of a request, so that many small requests count too. */
  private static final int REQUEST_BYTES = 1 << 10;

  private final long limit;
  private long bytes;
  private boolean closed;

  /**
   * @param limit limit in bytes
   */
  InFlight(long limit) {
    this.limit = limit;
  }

  /** Share of a request. */
  final class Share {
    private long taken;

    private Share(long taken) {
      this.taken = taken;
    }

    /**
     * Enlarges the share. May exceed the limit by one request per worker, because it is better to
     * finish a request than to refuse it.
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

  /** Reserves bytes. Null if they do not fit or if this is closed. */
  synchronized @Nullable Share take(long size) {
    long needed = size + REQUEST_BYTES;
    // A request up to the limit fits if it is the only one.
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

  /** Refuses further requests. */
  synchronized void close() {
    closed = true;
  }

  /** Waits until no request is in flight. Returns false after a timeout. */
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
