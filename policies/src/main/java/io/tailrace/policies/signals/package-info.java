/**
 * Facts to collect from arriving spans, so that a verdict needs no span bytes. Must not know
 * policies: they read the facts by index.
 */
@NullMarked
package io.tailrace.policies.signals;

import org.jspecify.annotations.NullMarked;
