package io.tailrace.policies;

/**
 * A policy and its name. Names are unique within a list.
 *
 * @param shadow whether the policy only counts its votes and does not affect decisions
 */
record NamedPolicy(String name, Policy policy, boolean shadow) {}
