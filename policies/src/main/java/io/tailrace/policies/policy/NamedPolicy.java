package io.tailrace.policies.policy;

/**
 * A policy and its name. Names are unique within a list.
 *
 * @param shadow whether the policy only counts its votes and does not affect decisions
 */
public record NamedPolicy(String name, Policy policy, boolean shadow) {}
