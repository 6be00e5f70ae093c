package io.tailrace.topology.operations;

import io.tailrace.serdes.Verdict;

/**
 * Calls of a trace that are counted with the next commit.
 *
 * @param entries the calls
 * @param isNew whether they are counted for the first time; otherwise, only the keep is new
 * @param isFailed whether any span of the trace has an error status
 * @param verdict the calls are kept if this keeps the trace
 */
record Counted(
    long traceHigh,
    long traceLow,
    EntrySpan entries,
    boolean isNew,
    boolean isFailed,
    Verdict verdict) {}
