package io.tailrace.topology.streams;

import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.kafka.SourceOffsets;
import java.util.Map;

/**
 * Resources for the stores of an instance.
 *
 * @param rocks memory and options of RocksDB
 * @param restartPoints last commits of the tasks
 * @param offsets reports records that Kafka deleted before a restart needed them
 * @param bufferLimits limits of the span buffers
 * @param verdictRetentionMillis time for which late spans follow a verdict
 * @param ledgerTopicConfig configuration of the changelog topic of the verdict ledger
 */
public record StoreResources(
    RocksResources rocks,
    RestartPoints restartPoints,
    SourceOffsets offsets,
    BufferLimits bufferLimits,
    long verdictRetentionMillis,
    Map<String, String> ledgerTopicConfig) {}
