package io.tailrace.topology.kafka;

import java.util.Optional;

/**
 * Where an instance reports to.
 *
 * @param status empty if it cannot be used
 * @param history of the policies; empty as well
 */
public record ReportTopics(Optional<String> status, Optional<String> history) {}
