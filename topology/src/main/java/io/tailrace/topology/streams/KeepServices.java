package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepSearch;

/**
 * Services for keep requests, shared by the tasks of an instance.
 *
 * @param resultsTopic topic for the results of keep requests
 */
public record KeepServices(
    KeepRequests requests, KeepSearch search, PartitionOfTrace partitions, String resultsTopic) {}
