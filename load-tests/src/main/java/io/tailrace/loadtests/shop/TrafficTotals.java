package io.tailrace.loadtests.shop;

/**
 * Total counts of the sent traffic.
 *
 * @param traces traces of which a span was acknowledged
 * @param spans spans acknowledged
 * @param errorTraces traces of which a span with an error status was acknowledged
 * @param unacknowledgedSpans spans whose send failed
 * @param forgottenTraces traces that are in these counts but no longer in the ledger
 */
public record TrafficTotals(
    long traces, long spans, long errorTraces, long unacknowledgedSpans, long forgottenTraces) {}
