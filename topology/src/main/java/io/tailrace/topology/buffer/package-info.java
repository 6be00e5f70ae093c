/**
 * Where span bytes are until their trace is decided: blocks on the heap, then windows in RocksDB.
 * Knows of a trace only what {@link io.tailrace.topology.buffer.BufferedTrace} has, and nothing of
 * policies.
 */
package io.tailrace.topology.buffer;
