/**
 * OTLP wire format: splits records by trace ID, reads spans, joins the span bytes of a trace, and
 * defines the stored formats of Tailrace. Must not depend on Kafka Streams or policies.
 */
@NullMarked
package io.tailrace.serdes;

import org.jspecify.annotations.NullMarked;
