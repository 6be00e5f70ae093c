/**
 * Clients, topics, offsets and watermarks: what any program needs that works with Kafka as Tailrace
 * does. Knows nothing of traces' verdicts or policies.
 */
package io.tailrace.topology.kafka;
