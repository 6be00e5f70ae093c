/** Benchmarks of the parts of Tailrace. */
package io.tailrace.loadtests.bench;
