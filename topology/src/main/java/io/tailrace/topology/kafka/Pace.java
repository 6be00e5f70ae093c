package io.tailrace.topology.kafka;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Limits the bytes per second of a reader. Not thread-safe. */
public final class Pace {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private final LongConsumer sleep;
  private final long startedAt;
  private long bytes;

  /**
   * @param sleep sleeps for the given nanoseconds
   */
  public Pace(long bytesPerSecond, LongSupplier nanoTime, LongConsumer sleep) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.sleep = sleep;
    this.startedAt = nanoTime.getAsLong();
  }

  /** Records bytes that were read and waits if the rate is exceeded. */
  void spend(long more) {
    bytes += more;
    long due = startedAt + (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    long wait = due - nanoTime.getAsLong();
    if (wait > 0) {
      sleep.accept(wait);
    }
  }
}
