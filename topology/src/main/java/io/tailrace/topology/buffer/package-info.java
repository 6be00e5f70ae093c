/**
 * Stores span bytes until their trace is decided: heap blocks, then RocksDB windows. Depends on
 * {@link io.tailrace.topology.buffer.BufferedTrace} only, and must not depend on policies.
 */
package io.tailrace.topology.buffer;
