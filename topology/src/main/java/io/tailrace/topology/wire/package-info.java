/**
 * Reads spans in wire format for policies: views for conditions, and the values of fingerprints.
 * Must not know open traces.
 */
@NullMarked
package io.tailrace.topology.wire;

import org.jspecify.annotations.NullMarked;
