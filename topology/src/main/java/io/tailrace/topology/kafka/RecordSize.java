package io.tailrace.topology.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * How large a record is as a batch of its own, which is what a broker compares with {@code
 * max.message.bytes}. All that Tailrace uses of the Kafka clients' internals, in one place.
 */
final class RecordSize {
  private RecordSize() {}

  /** Without compression, at most; this is what a producer compares with its own limits. */
  static long atMost(ProducerRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        record.headers().toArray());
  }

  /** As it is sent. */
  static long sent(ProducerRecord<byte[], byte[]> record, Compression compression) {
    return MemoryRecords.withRecords(
            compression,
            new SimpleRecord(0, record.key(), record.value(), record.headers().toArray()))
        .sizeInBytes();
  }
}
