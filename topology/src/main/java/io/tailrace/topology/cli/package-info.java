/**
 * The commands of {@code tailrace}: they parse options, call what does the work and print it. Knows
 * every room; no room knows it.
 */
package io.tailrace.topology.cli;
