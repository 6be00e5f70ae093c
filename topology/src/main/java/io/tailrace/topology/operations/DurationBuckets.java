package io.tailrace.topology.operations;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Buckets of durations: those of the Collector's span metrics connector. */
final class DurationBuckets {
  private static final long[] MILLIS = {
    2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000
  };
  private static final long[] NANOS =
      LongStream.of(MILLIS).map(TimeUnit.MILLISECONDS::toNanos).toArray();
  private static final double NANOS_IN_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Number of buckets; the last has no upper bound. */
  static final int COUNT = MILLIS.length + 1;

  private DurationBuckets() {}

  static Duration[] bounds() {
    return Arrays.stream(MILLIS).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  /** Returns the upper bounds in seconds, without the last. */
  static List<Double> seconds() {
    return Stream.of(bounds()).map(bound -> bound.toNanos() / NANOS_IN_SECOND).toList();
  }

  /** Returns the index of the bucket; a duration of a bound is in the bucket below it. */
  static int of(long nanos) {
    int found = Arrays.binarySearch(NANOS, nanos);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * Returns the estimate of a quantile in seconds, as {@code histogram_quantile} of Prometheus:
   * linear within a bucket, and the greatest bound if it is above all. Null without any duration.
   *
   * @param quantile in (0, 1)
   */
  static @Nullable Double quantile(double quantile, List<Long> counts) {
    long all = counts.stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return null;
    }
    double rank = quantile * all;
    long below = 0;
    for (int bucket = 0; bucket < NANOS.length; bucket++) {
      long inBucket = counts.get(bucket);
      if (inBucket > 0 && below + inBucket >= rank) {
        double from = bucket == 0 ? 0 : NANOS[bucket - 1];
        double share = (rank - below) / inBucket;
        return (from + (NANOS[bucket] - from) * share) / NANOS_IN_SECOND;
      }
      below += inBucket;
    }
    return NANOS[NANOS.length - 1] / NANOS_IN_SECOND;
  }
}
