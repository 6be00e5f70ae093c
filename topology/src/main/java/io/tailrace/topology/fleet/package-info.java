/**
 * Policy documents and their versions, the status of instances, and the ingest topics of a fleet.
 * Depends on Kafka topics, and not on tasks of Kafka Streams.
 */
@NullMarked
package io.tailrace.topology.fleet;

import org.jspecify.annotations.NullMarked;
