/**
 * Decides traces: open traces, log time, due rounds and verdicts. Depends neither on Kafka Streams
 * nor on the configuration, so that an instance, {@code simulate} and {@code explain} share the
 * same code.
 */
@NullMarked
package io.tailrace.topology.sampling;

import org.jspecify.annotations.NullMarked;
