package io.tailrace.loadtests.bench.flow;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Delays in milliseconds, from 0 to ten minutes. Thread-safe. */
public final class Delays {
  private static final int MAX = 600_000;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(MAX + 1);

  public void add(long millis) {
    counts.incrementAndGet((int) Math.max(0, Math.min(MAX, millis)));
  }

  long count() {
    long sum = 0;
    for (int i = 0; i <= MAX; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Returns a quantile of the delays; -1 if there are none. */
  public long quantile(double share) {
    long wanted = (long) Math.ceil(count() * share);
    long seen = 0;
    for (int i = 0; i <= MAX; i++) {
      seen += counts.get(i);
      if (seen >= wanted && wanted > 0) {
        return i;
      }
    }
    return -1;
  }
}
