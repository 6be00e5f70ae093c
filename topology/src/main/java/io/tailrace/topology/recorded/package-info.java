/** Reading spans that were recorded to files, whatever wrote them. Knows no Kafka. */
package io.tailrace.topology.recorded;
