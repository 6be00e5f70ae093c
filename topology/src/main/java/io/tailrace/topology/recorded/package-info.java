/** Reads recorded spans from files of any source. Must not depend on Kafka. */
package io.tailrace.topology.recorded;
