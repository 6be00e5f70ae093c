/**
 * Sends an instance's own metrics, and traces of its due rounds, to a receiver of OTLP/HTTP. Knows
 * Micrometer and the SDK of OpenTelemetry, and nothing of sampling.
 */
package io.tailrace.topology.telemetry;
