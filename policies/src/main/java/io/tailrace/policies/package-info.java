/**
 * Sampling policies with the schema of the OpenTelemetry Collector's {@code tail_sampling}
 * processor.
 *
 * <p>{@link io.tailrace.policies.PolicySet} is parsed from a document. Its {@link
 * io.tailrace.policies.signals.Signals} define the facts to collect from arriving spans. It creates
 * one {@link io.tailrace.policies.Judge} per stream task. Must not know a single kind of policy by
 * its settings, and must not depend on Kafka or protobuf.
 */
@NullMarked
package io.tailrace.policies;

import org.jspecify.annotations.NullMarked;
