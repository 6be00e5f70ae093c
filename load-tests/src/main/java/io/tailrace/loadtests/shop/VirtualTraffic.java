package io.tailrace.loadtests.shop;

import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;

/**
 * The traffic of the shop in a time of its own, which passes at the rate of traces and not at the
 * clock's: as much of it as is wanted, as fast as it can be made. The same parameters make the same
 * spans, ids and times, in the same batches.
 *
 * @param seed the same seed makes the same traces
 * @param errorShare share of the traces that have an error, 0 to 1
 * @param tracesPerSecond how many traces end in a second of that time, evenly; above 0
 * @param start when the first trace ends
 */
public record VirtualTraffic(long seed, double errorShare, double tracesPerSecond, Instant start) {
  /**
   * @throws IllegalArgumentException if a value is outside of its range
   */
  public VirtualTraffic {
    TrafficOptions.expect(errorShare >= 0 && errorShare <= 1, "errorShare", errorShare, "0 to 1");
    TrafficOptions.expect(tracesPerSecond > 0, "tracesPerSecond", tracesPerSecond, "> 0");
  }

  /**
   * Makes whole traces until there are so many of them, or so many spans.
   *
   * @param exporter gets the batches of each service, up to 512 spans or a second's worth, as they
   *     fall due
   */
  public Amount run(long traces, long spans, SpanExporter exporter) {
    long[] nowNanos = {0};
    long madeTraces = 0;
    long madeSpans = 0;
    try (Shop shop = new Shop(seed, errorShare, () -> start.plusNanos(nowNanos[0]), 0, exporter)) {
      while (madeTraces < traces && madeSpans < spans) {
        nowNanos[0] = (long) (madeTraces * (1e9 / tracesPerSecond));
        shop.exportWhatIsDue(nowNanos[0]);
        madeSpans += shop.serve();
        madeTraces++;
      }
    }
    return new Amount(madeTraces, madeSpans, start.plusNanos(nowNanos[0]));
  }

  /**
   * What was made.
   *
   * @param end when the last trace ended
   */
  public record Amount(long traces, long spans, Instant end) {}
}
