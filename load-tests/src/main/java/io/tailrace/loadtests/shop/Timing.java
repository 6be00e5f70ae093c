package io.tailrace.loadtests.shop;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sets the start and end of every call of a trace, in nanoseconds from the start of the root.
 *
 * <p>Durations are log-normal. One call per trace also stalls for a log-normal time with a long
 * tail, and its callers wait. About 3 % of the traces last more than a second because of one span.
 */
final class Timing {
  private static final double SPREAD = 0.5;
  private static final double STALL_MEDIAN_MILLIS = 30;
  private static final double STALL_SPREAD =
      1.85; // P(stall > 1 s) = P(z > ln(1000/30)/1.85) = 2.9 %
  private static final double STALL_MAX_MILLIS = 20_000;
  private static final double QUEUE_MILLIS = 5;

  private final RandomGenerator random;

  Timing(RandomGenerator random) {
    this.random = random;
  }

  /** Sets the times and returns the end of the last call. */
  long lay(Call root) {
    List<Call> calls = new ArrayList<>();
    root.forEach(calls::add);
    calls.get(random.nextInt(calls.size())).stallMillis =
        Math.min(STALL_MAX_MILLIS, logNormal(STALL_MEDIAN_MILLIS, STALL_SPREAD));
    lay(root, 0);
    return calls.stream().mapToLong(call -> call.endNanos).max().orElseThrow();
  }

  private void lay(Call call, long startNanos) {
    long ownNanos = nanos(logNormal(call.medianMillis, SPREAD) + call.stallMillis);
    call.startNanos = startNanos;
    long begin = startNanos + ownNanos / 3;
    long end = begin;
    for (Call child : call.children) {
      if (!child.asynchronous) {
        lay(child, call.childrenInParallel ? begin : end);
        end = Math.max(end, child.endNanos);
      }
    }
    call.endNanos = end + ownNanos - ownNanos / 3;
    for (Call child : call.children) {
      if (child.asynchronous) {
        lay(child, call.endNanos + nanos(logNormal(QUEUE_MILLIS, SPREAD)));
      }
    }
  }

  private double logNormal(double median, double spread) {
    return median * Math.exp(spread * random.nextGaussian());
  }

  private static long nanos(double millis) {
    return (long) (millis * 1e6);
  }
}
