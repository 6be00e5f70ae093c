package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepSearch;
import java.util.Optional;

/**
 * Services for keep requests, shared by the tasks of an instance.
 *
 * @param linksTopic topic of keep requests, for those of links; empty if it cannot be written
 * @param resultsTopic topic for the results of keep requests
 */
public record KeepServices(
    KeepRequests requests,
    KeepSearch search,
    PartitionOfTrace partitions,
    Optional<String> linksTopic,
    String resultsTopic) {}
