/**
 * Judges recorded spans or a stretch of the fleet's log, and reports what would be kept. Uses the
 * deciding classes as an instance does; writes nothing to Kafka.
 */
package io.tailrace.topology.simulate;
