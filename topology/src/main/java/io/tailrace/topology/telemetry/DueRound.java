package io.tailrace.topology.telemetry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of a task between two of its ticks.
 *
 * @param topic sampled topic
 * @param partition partition of the topic
 * @param begin begin of the first decision
 * @param end end of the last decision
 * @param busy time spent on decisions in between; the rest was spent on processing records
 * @param traces decided traces
 * @param kept kept traces
 * @param spans spans of the decided traces
 * @param bytes bytes of the decided traces
 * @param early traces decided before their due time, because of a bound
 * @param cutShortAt last time at which the round was cut short; null if never
 * @param position first offset not processed yet
 * @param logTime time up to which traces are due, in Unix milliseconds; negative if unknown
 * @param overdueMillis time since the due time of the oldest undecided trace
 * @param policyVersion version of the last decision
 */
public record DueRound(
    String topic,
    int partition,
    Instant begin,
    Instant end,
    Duration busy,
    long traces,
    long kept,
    long spans,
    long bytes,
    long early,
    @Nullable Instant cutShortAt,
    long position,
    long logTime,
    long overdueMillis,
    long policyVersion) {}
