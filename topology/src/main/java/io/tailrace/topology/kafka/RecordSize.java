package io.tailrace.topology.kafka;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Computes the size of a record as a single batch, which brokers compare with {@code
 * max.message.bytes}. Contains all uses of Kafka client internals.
 */
final class RecordSize {
  private RecordSize() {}

  /** Returns the maximum size without compression, which a producer compares with its limits. */
  static long atMost(ProducerRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        record.headers().toArray());
  }

  /** Returns the compression of a producer, with its level. */
  static Compression compression(ProducerConfig producer) {
    CompressionType type =
        CompressionType.forName(producer.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
    return switch (type) {
      case GZIP ->
          Compression.gzip()
              .level(producer.getInt(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG))
              .build();
      case LZ4 ->
          Compression.lz4()
              .level(producer.getInt(ProducerConfig.COMPRESSION_LZ4_LEVEL_CONFIG))
              .build();
      case ZSTD ->
          Compression.zstd()
              .level(producer.getInt(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG))
              .build();
      case NONE, SNAPPY -> Compression.of(type).build();
    };
  }

  /** Returns the size as sent. */
  static long sent(ProducerRecord<byte[], byte[]> record, Compression compression) {
    return MemoryRecords.withRecords(
            compression,
            new SimpleRecord(0, record.key(), record.value(), record.headers().toArray()))
        .sizeInBytes();
  }
}
