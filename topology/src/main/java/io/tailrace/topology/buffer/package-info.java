/**
 * Stores span bytes until their trace is decided: heap blocks, then RocksDB windows. Depends on
 * {@link io.tailrace.topology.buffer.BufferedTrace} only, and must not depend on policies.
 */
@NullMarked
package io.tailrace.topology.buffer;

import org.jspecify.annotations.NullMarked;
