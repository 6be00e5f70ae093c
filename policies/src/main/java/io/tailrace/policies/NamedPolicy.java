package io.tailrace.policies;

/**
 * A policy under its name, which is unlike those beside it.
 *
 * @param shadow whether it is counted and changes nothing
 */
record NamedPolicy(String name, Policy policy, boolean shadow) {}
