package io.tailrace.loadtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.loadtests.oracle.DecisionRecord;
import io.tailrace.loadtests.oracle.ExportedRecord;
import io.tailrace.loadtests.oracle.LogRecord;
import io.tailrace.loadtests.oracle.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed records of a topic as input of the oracle and the verifier. */
public final class Logs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  public Logs(String bootstrapServers, String topic) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions = TestClients.partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** What is there by now, from the beginning or from where the last call ended. */
  public List<ConsumerRecord<byte[], byte[]>> readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(records::add);
    }
    return records;
  }

  public static LogRecord logged(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    return new LogRecord(
        record.partition(), record.offset(), record.timestamp(), key, record.value());
  }

  public static ExportedRecord exported(ConsumerRecord<byte[], byte[]> record) {
    return new ExportedRecord(
        new String(record.key(), StandardCharsets.US_ASCII),
        header(record, "tailrace-policy"),
        Long.parseLong(header(record, "tailrace-policy-version")),
        header(record, "tailrace-decided-at"),
        record.headers().lastHeader("tailrace-threshold") == null
            ? "" // its weight is unknown
            : header(record, "tailrace-threshold"),
        record.headers().lastHeader("tailrace-late") != null,
        record.value());
  }

  public static DecisionRecord decision(ConsumerRecord<byte[], byte[]> record) {
    try {
      JsonNode json = JSON.readTree(record.value());
      return new DecisionRecord(
          json.get("trace_id").asText(),
          json.get("decision").asText().equals("sampled"),
          Instant.parse(json.get("decided_at").asText()).toEpochMilli());
    } catch (IOException e) {
      throw new AssertionError("no decision: " + record, e);
    }
  }

  /** Where a dead letter came from. */
  public static Position origin(ConsumerRecord<byte[], byte[]> letter) {
    return new Position(
        Integer.parseInt(header(letter, "tailrace-partition")),
        Long.parseLong(header(letter, "tailrace-offset")));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new AssertionError("header " + name + ": absent on " + record);
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
