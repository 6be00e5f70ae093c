/** Kafka clients, topics, offsets and watermarks. Must not depend on verdicts or policies. */
package io.tailrace.topology.kafka;
