/** Benchmarks of instances on a broker: throughput compared with a floor, and a steady rate. */
package io.tailrace.loadtests.bench.flow;
