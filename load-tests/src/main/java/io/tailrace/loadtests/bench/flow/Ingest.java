package io.tailrace.loadtests.bench.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records of spans to a topic, as Collectors do: in large batches, compressed. */
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
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"); // as the README has Collectors
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 10);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
    partitions = producer.partitionsFor(topic).size();
  }

  /** Record time of what comes next. */
  void at(long epochMillis) {
    time = epochMillis;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of failures
  public void record(byte[] key, byte[] value, int spanCount) {
    spans += spanCount;
    records++;
    bytes += value.length;
    // In turns: as the client chooses, a batch here and a batch there, partitions are seconds of
    // record time apart in the end, other ones each time, and so are figures.
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

  /** Of the records' values, before compression. */
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
