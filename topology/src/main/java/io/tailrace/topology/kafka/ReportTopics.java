package io.tailrace.topology.kafka;

import java.util.Optional;

/**
 * Topics for reports of an instance.
 *
 * @param status topic of statuses; empty if not usable
 * @param history topic of the policy history; empty if not usable
 */
public record ReportTopics(Optional<String> status, Optional<String> history) {}
