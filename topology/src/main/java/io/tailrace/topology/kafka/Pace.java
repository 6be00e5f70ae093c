package io.tailrace.topology.kafka;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Holds a reader back to so many bytes a second. Not thread-safe. */
public final class Pace {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private final LongConsumer sleep;
  private final long startedAt;
  private long bytes;

  /**
   * @param sleep for so many nanoseconds
   */
  public Pace(long bytesPerSecond, LongSupplier nanoTime, LongConsumer sleep) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.sleep = sleep;
    this.startedAt = nanoTime.getAsLong();
  }

  /** Takes note that so much more was read, and waits until it may have been. */
  void spend(long more) {
    bytes += more;
    long due = startedAt + (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    long wait = due - nanoTime.getAsLong();
    if (wait > 0) {
      sleep.accept(wait);
    }
  }
}
