package io.tailrace.topology;

/**
 * At these, traces are decided at once.
 *
 * @param spansPerTrace a trace of so many spans
 * @param bytesPerTrace a trace of so many bytes
 * @param bytesPerTask above so many bytes of open traces, the oldest
 * @param tracesPerTask above so many open traces, the oldest
 */
record TraceBounds(int spansPerTrace, long bytesPerTrace, long bytesPerTask, int tracesPerTask) {}
