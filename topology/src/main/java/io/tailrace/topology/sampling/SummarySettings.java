package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.topology.operations.Outlines;
import java.util.Optional;

/**
 * What the summary of an open trace contains beside the signals of the policies.
 *
 * @param policies source of the condition that root spans meet
 * @param outlines what the outlines of traces contain
 * @param groupBy attribute that assigns traces to groups at the bounds of a task
 */
public record SummarySettings(
    PolicySource policies, Outlines outlines, Optional<Selector> groupBy) {}
