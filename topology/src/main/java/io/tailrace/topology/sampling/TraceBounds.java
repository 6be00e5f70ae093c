package io.tailrace.topology.sampling;

/**
 * At these, traces are decided at once.
 *
 * @param spansPerTrace a trace of so many spans
 * @param bytesPerTrace a trace of so many bytes
 * @param bytesPerTask above so many bytes of open traces, the oldest
 * @param tracesPerTask above so many open traces, the oldest
 */
public record TraceBounds(
    int spansPerTrace, long bytesPerTrace, long bytesPerTask, int tracesPerTask) {}
