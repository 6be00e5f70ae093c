/**
 * The processors, stores and topology of Kafka Streams: they hand records and time to {@code
 * sampling} and write what it decides. Knows Kafka Streams and its internals, which no room below
 * does.
 */
@NullMarked
package io.tailrace.topology.streams;

import org.jspecify.annotations.NullMarked;
