/**
 * Reads spans in wire format for policies: views for conditions, and the values of fingerprints.
 * Must not know open traces.
 */
package io.tailrace.topology.wire;
