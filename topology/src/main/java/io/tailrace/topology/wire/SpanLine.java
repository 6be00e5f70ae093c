package io.tailrace.topology.wire;

/**
 * Span of a waterfall view.
 *
 * @param id hex
 * @param parent hex; empty for a root
 * @param service empty if its resource has none
 * @param startUs Unix microseconds
 * @param message error message; empty if none
 */
public record SpanLine(
    String id,
    String parent,
    String service,
    String name,
    int kind,
    long startUs,
    long durationUs,
    boolean error,
    String message) {}
