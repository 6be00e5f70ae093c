package io.tailrace.loadtests.oracle;

/** A record of the export topic: its key, what its headers say, and its spans. */
@SuppressWarnings("ArrayRecordComponent")
public record ExportedRecord(
    String key,
    String policy,
    long policyVersion,
    String decidedAt,
    String threshold,
    boolean late,
    byte[] value) {}
