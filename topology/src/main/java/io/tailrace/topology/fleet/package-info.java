/**
 * Policy documents and their versions, the status of instances, and the ingest topics that a fleet
 * reads. Knows Kafka topics, and no task of Kafka Streams.
 */
package io.tailrace.topology.fleet;
