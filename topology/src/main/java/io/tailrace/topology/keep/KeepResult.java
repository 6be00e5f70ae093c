package io.tailrace.topology.keep;

/**
 * The answer to a request, as it is on the results' topic.
 *
 * @param traceId key of the request
 * @param outcome one of {@link KeepOutcome#tag}
 * @param spans exported
 * @param cut true if the log no longer has the trace's first spans; else null
 * @param partition of the request, and of the task
 * @param offset of the request
 */
public record KeepResult(
    String traceId, String outcome, long spans, Boolean cut, int partition, long offset) {}
