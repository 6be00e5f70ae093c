/** Measures what the parts of Tailrace cost. */
package io.tailrace.loadtests.bench;
