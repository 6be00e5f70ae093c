package io.tailrace.loadtests;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes spans with ids of their own and remembers which trace has which. */
final class WrittenSpans implements AutoCloseable {
  private static final String TOPIC = "otlp_spans";
  private static final int ERROR = 2;
  // A producer of spans that is not the bottleneck, nor the largest part of the test's memory.
  private static final Map<String, Object> PRODUCER =
      Map.of(
          ProducerConfig.LINGER_MS_CONFIG,
          20,
          ProducerConfig.BATCH_SIZE_CONFIG,
          256 << 10,
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          64 << 20,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          128 << 20);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, List<String>> byTrace = new TreeMap<>();
  private long nextSpan = 1;

  WrittenSpans(String bootstrapServers, String compression) {
    Map<String, Object> config = new HashMap<>(PRODUCER);
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Ids of the spans made so far by trace id, sorted. */
  Map<String, List<String>> byTrace() {
    Map<String, List<String>> sorted = new TreeMap<>();
    byTrace.forEach((trace, spans) -> sorted.put(trace, spans.stream().sorted().toList()));
    return sorted;
  }

  /** A span that is remembered. */
  Span span(long trace) {
    ByteString id = ByteString.copyFrom(ByteBuffer.allocate(8).putLong(nextSpan++).array());
    Span span = Otlp.span(trace).toBuilder().setSpanId(id).build();
    byTrace
        .computeIfAbsent(ExportReader.hex(span.getTraceId()), t -> new ArrayList<>())
        .add(ExportReader.hex(id));
    return span;
  }

  Span error(long trace) {
    return span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(ERROR)).build();
  }

  Span sized(long trace, String attribute) {
    return span(trace).toBuilder().addAttributes(Otlp.string("payload", attribute)).build();
  }

  /** Writes without waiting; {@code time} in Unix milliseconds. */
  Future<RecordMetadata> write(int partition, long time, Span... spans) {
    return writeBytes(partition, time, Otlp.request(spans).toByteArray());
  }

  Future<RecordMetadata> writeBytes(int partition, long time, byte[] value) {
    return producer.send(new ProducerRecord<>(TOPIC, partition, time, null, value));
  }

  /** Waits until all is on the topic. */
  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
