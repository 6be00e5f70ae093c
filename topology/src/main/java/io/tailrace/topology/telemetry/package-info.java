/**
 * Sends an instance's own metrics, and traces of its due rounds, to an OTLP/HTTP receiver. Depends
 * on Micrometer and the OpenTelemetry SDK, and not on sampling.
 */
@NullMarked
package io.tailrace.topology.telemetry;

import org.jspecify.annotations.NullMarked;
