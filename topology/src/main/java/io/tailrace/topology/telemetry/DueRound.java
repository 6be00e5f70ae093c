package io.tailrace.topology.telemetry;

import java.time.Duration;
import java.time.Instant;

/**
 * What a task decided between two of its ticks.
 *
 * @param topic that it samples
 * @param partition of that
 * @param begin of the first decision
 * @param end of the last
 * @param busy what deciding took of the time between; the rest went into taking in records
 * @param traces decided
 * @param kept how many of these
 * @param spans of the traces that were decided
 * @param bytes of these
 * @param early traces decided before they were due, because of a bound
 * @param cutShortAt when deciding was last interrupted because its time was used up; null: never
 * @param position the first offset that is not taken in yet
 * @param logTime up to which traces are due, in Unix milliseconds; negative if it is not known
 * @param overdueMillis how long the oldest trace that is still to be decided has been due
 * @param policyVersion that judged last
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
    Instant cutShortAt,
    long position,
    long logTime,
    long overdueMillis,
    long policyVersion) {}
