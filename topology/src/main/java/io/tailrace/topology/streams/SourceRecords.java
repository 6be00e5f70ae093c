package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.SplitSources;

/**
 * How the records of the sampled topic are read.
 *
 * @param topic sampled topic
 * @param timestamps bounds the timestamps of records
 * @param splitSources ingest partitions whose watermarks are in the topic; none in keyed mode
 */
record SourceRecords(String topic, BoundedTimestamps timestamps, SplitSources splitSources) {}
