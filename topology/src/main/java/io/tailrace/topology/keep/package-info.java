/**
 * Requests to keep a trace, and reading a trace back from the log. Knows no task: what is found is
 * handed over.
 */
package io.tailrace.topology.keep;
