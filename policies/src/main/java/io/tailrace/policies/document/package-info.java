/**
 * Reads YAML 1.2 and JSON documents into typed values and reports all faults of a document at once.
 * Designed for short, hand-written settings from untrusted sources: size, depth and the size after
 * expansion of aliases are limited. The result is always a value or a list of {@link
 * io.tailrace.policies.document.Fault faults}.
 */
@NullMarked
package io.tailrace.policies.document;

import org.jspecify.annotations.NullMarked;
