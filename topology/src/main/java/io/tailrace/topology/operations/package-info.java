/**
 * Calls, errors and durations by operation, of all traces: what a trace tells of its operations,
 * the counts of an instance and their sum over the fleet. Must not know open traces, policies or
 * Kafka.
 */
@NullMarked
package io.tailrace.topology.operations;

import org.jspecify.annotations.NullMarked;
