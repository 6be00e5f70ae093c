package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Facts about a sent trace or a part of it.
 *
 * @param rootName name of the root span; null while it is not acknowledged
 * @param spans spans acknowledged by the broker
 * @param errorSpans those of them with an error status
 * @param unacknowledgedSpans spans whose send failed; they may or may not be on the topic
 * @param startEpochNanos least start of the acknowledged spans
 * @param endEpochNanos greatest end of the acknowledged spans
 */
public record TraceTruth(
    String rootName,
    int spans,
    int errorSpans,
    int unacknowledgedSpans,
    long startEpochNanos,
    long endEpochNanos) {

  static TraceTruth of(SpanData span) {
    boolean root = !SpanId.isValid(span.getParentSpanId());
    boolean error = span.getStatus().getStatusCode() == StatusCode.ERROR;
    return new TraceTruth(
        root ? span.getName() : null,
        1,
        error ? 1 : 0,
        0,
        span.getStartEpochNanos(),
        span.getEndEpochNanos());
  }

  /** Returns whether an acknowledged span has an error status. */
  public boolean hasError() {
    return errorSpans > 0;
  }

  /**
   * Returns the time from the earliest start to the latest end of acknowledged spans, in
   * milliseconds.
   */
  public long durationMillis() {
    return spans == 0 ? 0 : (endEpochNanos - startEpochNanos) / 1_000_000;
  }

  TraceTruth plus(TraceTruth other) {
    return new TraceTruth(
        rootName == null ? other.rootName : rootName,
        spans + other.spans,
        errorSpans + other.errorSpans,
        unacknowledgedSpans + other.unacknowledgedSpans,
        Math.min(startEpochNanos, other.startEpochNanos),
        Math.max(endEpochNanos, other.endEpochNanos));
  }

  TraceTruth unacknowledged() {
    return new TraceTruth(null, 0, 0, spans, Long.MAX_VALUE, Long.MIN_VALUE);
  }
}
