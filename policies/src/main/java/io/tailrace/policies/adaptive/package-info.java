/**
 * Learns the traffic of each key and the probability that each key deserves. Knows no policies and
 * no documents.
 */
package io.tailrace.policies.adaptive;
