package io.tailrace.loadtests.shop;

import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;

/**
 * Traffic of the shop in virtual time, generated at full speed. Equal parameters create equal
 * spans, IDs, times and batches.
 *
 * @param seed seed of the traces
 * @param errorShare share of the traces that have an error, 0 to 1
 * @param tracesPerSecond traces that end per second of virtual time, evenly; above 0
 * @param start end time of the first trace
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
   * Generates whole traces until a number of traces or spans is reached.
   *
   * @param exporter receives the batches of each service, up to 512 spans or one second
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
   * Generated amount.
   *
   * @param end end time of the last trace
   */
  public record Amount(long traces, long spans, Instant end) {}
}
