/** Benchmarks beside the OpenTelemetry Collector: samplers on the same topics, and gateways. */
package io.tailrace.loadtests.bench.compare;
