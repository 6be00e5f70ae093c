package io.tailrace.topology.keep;

import org.jspecify.annotations.Nullable;

/**
 * Answer to a request on the result topic.
 *
 * @param traceId key of the request
 * @param outcome one of {@link KeepOutcome#tag}
 * @param spans number of exported spans
 * @param cut true if the log no longer has the first spans of the trace; otherwise null
 * @param partition partition of the request and the task
 * @param offset offset of the request
 */
public record KeepResult(
    String traceId,
    String outcome,
    long spans,
    @Nullable Boolean cut,
    int partition,
    long offset) {}
