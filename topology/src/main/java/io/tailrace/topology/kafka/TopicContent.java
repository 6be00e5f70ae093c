package io.tailrace.topology.kafka;

import io.tailrace.topology.config.StartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the current content of a small topic. */
public final class TopicContent {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration TO_READ = Duration.ofSeconds(30);

  private TopicContent() {}

  /**
   * Returns all records up to the current end, in order per partition. Empty if the topic is
   * missing.
   *
   * @throws StartException if it takes too long
   */
  public static List<ConsumerRecord<String, byte[]>> read(
      Consumer<String, byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + TO_READ.toNanos();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      if (System.nanoTime() - deadline > 0) {
        throw new StartException("topic " + topic + ": not read to its end after " + TO_READ);
      }
      consumer.poll(POLL).forEach(records::add);
    }
    return records;
  }
}
