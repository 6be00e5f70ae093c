package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.Selector;
import java.util.Optional;

/**
 * Bounds at which traces are decided at once.
 *
 * @param spansPerTrace number of spans of a trace
 * @param bytesPerTrace bytes of a trace
 * @param bytesPerTask bytes of all open traces; above it, the oldest are decided
 * @param tracesPerTask number of open traces; above it, the oldest are decided
 * @param reconsideredPerSecond number of traces in a second of log time that late spans can turn
 * @param linkedPerSecond number of traces in a second of log time that are requested because kept
 *     traces link to them
 * @param groupBy attribute that groups traces; above a bound of the task, the oldest of the group
 *     with the most bytes are decided
 */
public record TraceBounds(
    int spansPerTrace,
    long bytesPerTrace,
    long bytesPerTask,
    int tracesPerTask,
    int reconsideredPerSecond,
    int linkedPerSecond,
    Optional<Selector> groupBy) {}
