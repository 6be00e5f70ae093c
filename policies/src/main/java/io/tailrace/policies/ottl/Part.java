package io.tailrace.policies.ottl;

/**
 * What a path means that ends above any value, such as {@code resource} or {@code events}.
 *
 * @param size items of a list of parts, else -1
 */
record Part(String path, int size) {}
