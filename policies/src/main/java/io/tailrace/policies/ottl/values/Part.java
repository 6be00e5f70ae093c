package io.tailrace.policies.ottl.values;

/**
 * Result of a path that does not end at a value, such as {@code resource} or {@code events}.
 *
 * @param size number of items if it is a list, else -1
 */
public record Part(String path, int size) {}
