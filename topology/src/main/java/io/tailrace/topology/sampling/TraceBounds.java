package io.tailrace.topology.sampling;

/**
 * Bounds at which traces are decided at once.
 *
 * @param spansPerTrace number of spans of a trace
 * @param bytesPerTrace bytes of a trace
 * @param bytesPerTask bytes of all open traces; above it, the oldest are decided
 * @param tracesPerTask number of open traces; above it, the oldest are decided
 */
public record TraceBounds(
    int spansPerTrace, long bytesPerTrace, long bytesPerTask, int tracesPerTask) {}
