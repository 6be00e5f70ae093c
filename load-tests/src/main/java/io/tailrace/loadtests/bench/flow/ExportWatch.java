package io.tailrace.loadtests.bench.flow;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed records of an export topic and measures the time of each trace from its due time
 * until it is readable.
 */
final class ExportWatch implements AutoCloseable {
  private static final String DECIDED_AT = "tailrace-decided-at";
  private static final String LATE = "tailrace-late";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Decisions decisions;
  private final Thread thread;

  /** Receives each sampled trace on a separate thread. */
  interface Decisions {
    /**
     * Reports a readable trace.
     *
     * @param due due time in Unix milliseconds
     * @param delayMillis time from the due time until it was readable
     */
    void read(long due, long delayMillis);
  }

  ExportWatch(String bootstrapServers, String topic, int partitions, Decisions decisions) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"); // no consumer group
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList());
    consumer.seekToBeginning(List.of());
    this.decisions = decisions;
    thread = new Thread(this::read, "export-watch");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void read() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          Header decidedAt = record.headers().lastHeader(DECIDED_AT);
          if (record.headers().lastHeader(LATE) == null) {
            long due = Long.parseLong(new String(decidedAt.value(), StandardCharsets.US_ASCII));
            decisions.read(due, System.currentTimeMillis() - due);
          }
        }
      }
    } catch (WakeupException closed) {
      return;
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    Workers.join(thread);
  }
}
