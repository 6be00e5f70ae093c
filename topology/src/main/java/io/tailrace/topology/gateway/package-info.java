/**
 * The OTLP receiver: requests by gRPC and HTTP, cut by trace id, written to Kafka, and acknowledged
 * when Kafka has acknowledged them. Knows serdes and Kafka's producer, and nothing of sampling.
 */
package io.tailrace.topology.gateway;
