/**
 * Sampling policies by the schema of the OpenTelemetry Collector's {@code tail_sampling} processor.
 *
 * <p>{@link io.tailrace.policies.PolicySet} is parsed from a document, tells by its {@link
 * io.tailrace.policies.Signals} what to gather of arriving spans, and makes one {@link
 * io.tailrace.policies.Judge} per stream task. Knows no Kafka and no protobuf.
 */
package io.tailrace.policies;
