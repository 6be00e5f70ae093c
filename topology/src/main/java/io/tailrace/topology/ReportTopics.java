package io.tailrace.topology;

import java.util.Optional;

/**
 * Where an instance reports to.
 *
 * @param status empty if it cannot be used
 * @param history of the policies; empty as well
 */
record ReportTopics(Optional<String> status, Optional<String> history) {}
