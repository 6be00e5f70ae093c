package io.tailrace.loadtests.demo;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients of the demo. */
final class DemoClients implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;
  private final Producer<byte[], byte[]> producer;

  DemoClients(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Publishes a policy document; returns its version. */
  long publish(String document) throws InterruptedException {
    byte[] key = "default".getBytes(StandardCharsets.UTF_8);
    byte[] value = document.getBytes(StandardCharsets.UTF_8);
    try {
      return producer.send(new ProducerRecord<>(Demo.POLICIES, key, value)).get().offset() + 1;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot publish the demo's policies", e);
    }
  }

  /** Sends a record that is not OTLP, which becomes a dead letter. */
  void sendGarbage() throws InterruptedException {
    byte[] garbage = "this is not protobuf".getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(Demo.INGEST, garbage)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot write to " + Demo.INGEST, e);
    }
  }

  /** Returns the committed spans on the export topic by trace ID. */
  Map<String, Integer> readExport() {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    Map<String, Integer> spans = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Demo.EXPORT).stream()
              .map(info -> new TopicPartition(Demo.EXPORT, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      SpanScan scan = new SpanScan();
      while (!ends.entrySet().stream()
          .allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          scan.scan(record.value(), null);
          String trace = new String(record.key(), StandardCharsets.US_ASCII);
          spans.merge(trace, scan.spanCount(), Integer::sum);
        }
      }
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a record on " + Demo.EXPORT + " cannot be read", e);
    }
    return spans;
  }

  @Override
  public void close() {
    producer.close();
  }
}
