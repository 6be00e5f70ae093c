/**
 * An hour of a fleet under changing load, and whether any of its sizes grows. Knows nothing of how
 * an instance works inside: only its admin port, its process, its files and its topics.
 */
package io.tailrace.loadtests.soak;
