/**
 * Reads spans in wire format for policies: views for conditions, values of fingerprints, lines of a
 * waterfall. Must not know open traces.
 */
@NullMarked
package io.tailrace.topology.wire;

import org.jspecify.annotations.NullMarked;
