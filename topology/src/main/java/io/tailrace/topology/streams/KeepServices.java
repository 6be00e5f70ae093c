package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepSearch;

/**
 * What an instance's tasks need to keep the traces that they are asked for.
 *
 * @param resultsTopic where the answers go
 */
public record KeepServices(
    KeepRequests requests, KeepSearch search, PartitionOfTrace partitions, String resultsTopic) {}
