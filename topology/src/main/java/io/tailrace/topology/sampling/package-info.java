/**
 * Open traces, log time, due rounds and verdicts: decides. Knows neither Kafka Streams nor the
 * configuration, so that an instance, {@code simulate} and {@code explain} decide with the same
 * code.
 */
package io.tailrace.topology.sampling;
