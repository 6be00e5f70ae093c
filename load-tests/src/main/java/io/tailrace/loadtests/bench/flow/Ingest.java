package io.tailrace.loadtests.bench.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records of spans to a topic like Collectors: in large compressed batches. */
final class Ingest implements SpanStream.Sink, AutoCloseable {
  private static final int BATCH_BYTES = 256 << 10;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int partitions;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long time;
  private long spans;
  private long records;
  private long bytes;

  Ingest(String bootstrapServers, String topic) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // as recommended for Collectors
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 10);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
    partitions = producer.partitionsFor(topic).size();
  }

  /** Sets the time of the next records. */
  void at(long epochMillis) {
    time = epochMillis;
  }

  /** Returns the time of the last records. */
  long time() {
    return time;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback reports failures
  public void record(byte[] key, byte[] value, int spanCount) {
    spans += spanCount;
    records++;
    bytes += value.length;
    // Round-robin: with the client's choice, partitions diverge by seconds of record time,
    // differently in each run, and figures vary.
    Integer partition = key == null ? (Integer) (int) (records % partitions) : null;
    producer.send(
        new ProducerRecord<>(topic, partition, time, key, value),
        (metadata, e) -> {
          if (e != null) {
            failure.set(e);
          }
        });
  }

  long spans() {
    return spans;
  }

  long records() {
    return records;
  }

  /** Returns the bytes of record values before compression. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    producer.close();
    if (failure.get() != null) {
      throw new IllegalStateException("spans were not written", failure.get());
    }
  }
}
