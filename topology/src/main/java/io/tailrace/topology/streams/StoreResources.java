package io.tailrace.topology.streams;

import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import java.util.Map;

/**
 * What the stores of an instance's tasks are made with.
 *
 * @param rocks memory and options of RocksDB
 * @param restartPoints where tasks went on from their last commits
 * @param bufferLimits of the span buffers
 * @param verdictRetentionMillis how long late spans follow a verdict
 * @param ledgerTopicConfig of the changelog of the verdict ledger
 */
public record StoreResources(
    RocksResources rocks,
    RestartPoints restartPoints,
    BufferLimits bufferLimits,
    long verdictRetentionMillis,
    Map<String, String> ledgerTopicConfig) {}
