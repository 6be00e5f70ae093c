/** Kafka clients, topics, offsets and watermarks. Must not depend on verdicts or policies. */
@NullMarked
package io.tailrace.topology.kafka;

import org.jspecify.annotations.NullMarked;
