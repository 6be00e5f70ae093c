package io.tailrace.policies;

/** A policy under its name, which is unlike those beside it. */
record NamedPolicy(String name, Policy policy) {}
