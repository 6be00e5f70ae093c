/**
 * Judges recorded spans or a stretch of the fleet's log, and reports the traces that would be kept.
 * Uses the same deciding classes as an instance; writes nothing to Kafka.
 */
@NullMarked
package io.tailrace.topology.simulate;

import org.jspecify.annotations.NullMarked;
