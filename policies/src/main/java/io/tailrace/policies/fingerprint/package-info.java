/**
 * Fingerprints: the key that tells traces of one kind from those of another. {@link
 * io.tailrace.policies.fingerprint.Selector} names a value, {@link
 * io.tailrace.policies.fingerprint.TraceValues} collects the values of one trace as hashes. Must
 * not know how spans are encoded.
 */
@NullMarked
package io.tailrace.policies.fingerprint;

import org.jspecify.annotations.NullMarked;
