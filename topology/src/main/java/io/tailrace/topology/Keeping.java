package io.tailrace.topology;

/**
 * What an instance's tasks need to keep the traces that they are asked for.
 *
 * @param resultsTopic where the answers go
 */
record Keeping(
    KeepRequests requests, KeepSearch search, PartitionOfTrace partitions, String resultsTopic) {}
