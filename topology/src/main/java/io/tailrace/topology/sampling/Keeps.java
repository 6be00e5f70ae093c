package io.tailrace.topology.sampling;

/**
 * What keeps a trace beside the policies at its due time.
 *
 * @param marks keep requests for open traces
 * @param reconsideration late spans of traces that were not kept
 */
public record Keeps(KeepMarks marks, Reconsideration reconsideration) {}
