package io.tailrace.topology;

/**
 * What a simulated task is told, as an instance's tasks are told it by {@link SamplerSettings}.
 *
 * @param splitSources the ingest partitions whose watermarks say what is due; none if records do
 * @param rateShare share of every per-second rate that it may spend, in (0, 1]
 * @param verdictRetention how long late spans follow a verdict, milliseconds
 * @param bounds at which traces are decided at once
 */
record SimulatedTask(
    SplitSources splitSources, double rateShare, long verdictRetention, TraceBounds bounds) {}
