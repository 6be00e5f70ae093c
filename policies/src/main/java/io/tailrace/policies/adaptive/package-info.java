/**
 * Learns the traffic of each key and the probability that each key deserves. Knows no policies and
 * no documents.
 */
@NullMarked
package io.tailrace.policies.adaptive;

import org.jspecify.annotations.NullMarked;
