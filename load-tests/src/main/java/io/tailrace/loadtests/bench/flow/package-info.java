/** Measures whole instances on a broker: throughput against a floor, and a steady rate. */
package io.tailrace.loadtests.bench.flow;
