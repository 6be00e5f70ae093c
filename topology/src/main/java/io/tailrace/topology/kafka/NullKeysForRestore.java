package io.tailrace.topology.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Sets an empty key on restored records without a key. Kafka Streams skips changelog records with a
 * null key ({@code StoreChangelogReader}), but span records need no key and must all be restored.
 */
public final class NullKeysForRestore implements ConsumerInterceptor<byte[], byte[]> {
  private static final byte[] NO_KEY = {};

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> keyed = new LinkedHashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        all.add(record.key() == null ? withKey(record) : record);
      }
      keyed.put(partition, all);
    }
    return new ConsumerRecords<>(keyed, records.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> withKey(ConsumerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        NO_KEY,
        record.value(),
        record.headers(),
        record.leaderEpoch());
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    // The restore consumer commits nothing.
  }

  @Override
  public void close() {
    // No resources.
  }

  @Override
  public void configure(Map<String, ?> config) {
    // No configuration.
  }
}
