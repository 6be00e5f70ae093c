package io.tailrace.topology.operations;

import org.jspecify.annotations.Nullable;

/**
 * Span that counts as a call of its operation.
 *
 * @param status wire value; 0 unset, 1 OK, 2 error
 * @param nanos duration
 * @param spanId big-endian; 0 if unknown
 * @param next another entry span of the same trace
 */
record EntrySpan(
    Operation operation, int status, long nanos, long spanId, @Nullable EntrySpan next) {}
