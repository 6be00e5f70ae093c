/**
 * Reads YAML 1.2 (and so JSON) documents into typed values, and tells every fault of a document at
 * once. Made for short, hand-written settings that may come from anywhere: size, depth and the size
 * after aliases are bounded, so that no text ends in anything but a value or a list of {@link
 * io.tailrace.policies.document.Fault faults}.
 */
package io.tailrace.policies.document;
