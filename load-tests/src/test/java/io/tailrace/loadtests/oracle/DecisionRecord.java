package io.tailrace.loadtests.oracle;

/** A record of the decision stream. */
public record DecisionRecord(String traceId, boolean kept, long decidedAt) {}
