package io.tailrace.loadtests.bench.compare;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.TraceId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed spans of an export topic by trace. Not thread-safe. */
final class ExportedSpans implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TraceId, Integer> spans = new HashMap<>();

  /** Reads the topic from its beginning. */
  ExportedSpans(String bootstrapServers, String topic, int partitions) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"), // no consumer group
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList());
    consumer.seekToBeginning(List.of());
  }

  /**
   * Reads what is there.
   *
   * @param first receives each trace with its first span
   * @return the number of spans read
   */
  long poll(Duration wait, Consumer<TraceId> first) {
    long read = 0;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      read += count(record, first);
    }
    return read;
  }

  private int count(ConsumerRecord<byte[], byte[]> record, Consumer<TraceId> first) {
    int read = 0;
    try {
      for (ResourceSpans resource : TracesData.parseFrom(record.value()).getResourceSpansList()) {
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          for (Span span : scope.getSpansList()) {
            ByteBuffer id = span.getTraceId().asReadOnlyByteBuffer();
            TraceId trace = new TraceId(id.getLong(), id.getLong());
            if (spans.merge(trace, 1, Integer::sum) == 1) {
              first.accept(trace);
            }
            read++;
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "%s-%d at %d (expected: TracesData)"
              .formatted(record.topic(), record.partition(), record.offset()),
          e);
    }
    return read;
  }

  /** Returns the spans read so far by trace. */
  Map<TraceId, Integer> byTrace() {
    return spans;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
