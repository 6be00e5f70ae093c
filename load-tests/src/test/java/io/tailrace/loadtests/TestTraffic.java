package io.tailrace.loadtests;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes traces whose spans are spread over records, partitions and about a second of time, many
 * traces at a time; every second trace has an error, in its last span.
 */
final class TestTraffic implements AutoCloseable {
  static final int SPANS_PER_TRACE = 6;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int partitions;
  private final Random random = new Random(42);
  private final Map<String, Set<String>> errorTraces = new ConcurrentHashMap<>();
  private long nextTrace = 1;
  private long nextSpan = 1;
  private boolean hasRandomness;

  TestTraffic(String bootstrapServers, String topic) {
    this(bootstrapServers, topic, 4);
  }

  TestTraffic(String bootstrapServers, String topic, int partitions) {
    this.partitions = partitions;
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
  }

  /** Gives traces an explicit randomness from now on, since their ids are not random. */
  TestTraffic withRandomness() {
    hasRandomness = true;
    return this;
  }

  /** Trace ids with an error, each with the ids of its spans. */
  Map<String, Set<String>> errorTraces() {
    return errorTraces;
  }

  long traces() {
    return nextTrace - 1;
  }

  /**
   * Writes {@code tracesPerSecond} for so long: batches of ten traces, a span of each a record. The
   * timestamps within a batch follow the rate, also if this thread stalls: a trace never takes
   * longer than planned in log time, so no span is late.
   */
  void writeFor(long millis, int tracesPerSecond) {
    long end = System.nanoTime() + millis * 1_000_000;
    long pause = 10 * 1_000_000_000L / tracesPerSecond / SPANS_PER_TRACE;
    while (System.nanoTime() < end) {
      long started = System.currentTimeMillis();
      long first = nextTrace;
      nextTrace += 10;
      for (int i = 0; i < SPANS_PER_TRACE; i++) {
        Span[] spans = new Span[10];
        for (int trace = 0; trace < spans.length; trace++) {
          spans[trace] = span(first + trace, i);
        }
        producer.send(
            new ProducerRecord<>(
                topic,
                random.nextInt(partitions),
                started + i * pause / 1_000_000,
                null,
                Otlp.request(spans).toByteArray()));
        LockSupport.parkNanos(pause);
      }
    }
    producer.flush();
  }

  void writeBytes(byte[] value) {
    producer.send(new ProducerRecord<>(topic, value));
    producer.flush();
  }

  private Span span(long trace, int index) {
    ByteString id = ByteString.copyFrom(ByteBuffer.allocate(8).putLong(nextSpan++).array());
    Span.Builder span = Otlp.span(trace).toBuilder().setSpanId(id);
    if (index > 0) {
      span.setParentSpanId(id);
    }
    if (hasRandomness) {
      long randomness = new SplittableRandom(trace).nextLong() >>> 8;
      span.setTraceState("ot=rv:%014x".formatted(randomness));
    }
    if (trace % 2 == 0) {
      errorTraces
          .computeIfAbsent(ExportReader.hex(span.getTraceId()), t -> new TreeSet<>())
          .add(ExportReader.hex(id));
      if (index == SPANS_PER_TRACE - 1) {
        span.setStatus(Status.newBuilder().setCodeValue(2));
      }
    }
    return span.build();
  }

  @Override
  public void close() {
    producer.close();
  }
}
