/**
 * Converts sampling rules of other programs, and {@code tail_sampling} policies, to a document with
 * an {@code adaptive_tail_sampling} block. Works on text only; must not know Kafka, files or
 * commands.
 */
@NullMarked
package io.tailrace.topology.convert;

import org.jspecify.annotations.NullMarked;
