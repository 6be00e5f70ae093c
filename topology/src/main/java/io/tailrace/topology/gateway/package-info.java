/**
 * OTLP receiver: accepts requests by gRPC and HTTP, splits them by trace ID, writes them to Kafka,
 * and answers when Kafka has acknowledged them. May depend on serdes and Kafka's producer, not on
 * sampling.
 */
@NullMarked
package io.tailrace.topology.gateway;

import org.jspecify.annotations.NullMarked;
