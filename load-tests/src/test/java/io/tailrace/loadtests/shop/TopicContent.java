package io.tailrace.loadtests.shop;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.loadtests.TestClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All that is on a topic, decoded by the classes generated from the OTLP schema. */
record TopicContent(List<Entry> entries) {

  /** One record: its key, null if it has none, and its request. */
  record Entry(String key, ExportTraceServiceRequest request) {
    Stream<Span> spans() {
      return request.getResourceSpansList().stream()
          .map(ResourceSpans::getScopeSpansList)
          .flatMap(List::stream)
          .map(ScopeSpans::getSpansList)
          .flatMap(List::stream);
    }

    List<String> traceIds() {
      return spans().map(TopicContent::traceId).distinct().toList();
    }
  }

  static TopicContent read(String bootstrapServers, String topic) throws Exception {
    List<Entry> entries = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = TestClients.partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          String key =
              record.key() == null ? null : new String(record.key(), StandardCharsets.US_ASCII);
          entries.add(new Entry(key, ExportTraceServiceRequest.parseFrom(record.value())));
        }
      }
    }
    return new TopicContent(entries);
  }

  Map<String, Integer> spansByTrace() {
    Map<String, Integer> counts = new HashMap<>();
    spans().forEach(span -> counts.merge(traceId(span), 1, Integer::sum));
    return counts;
  }

  Map<String, Integer> errorSpansByTrace() {
    Map<String, Integer> counts = new HashMap<>();
    spans()
        .filter(span -> span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
        .forEach(span -> counts.merge(traceId(span), 1, Integer::sum));
    return counts;
  }

  Map<String, Integer> recordsByTrace() {
    Map<String, Integer> counts = new HashMap<>();
    entries.forEach(entry -> entry.traceIds().forEach(id -> counts.merge(id, 1, Integer::sum)));
    return counts;
  }

  private Stream<Span> spans() {
    return entries.stream().flatMap(Entry::spans);
  }

  private static String traceId(Span span) {
    return HexFormat.of().formatHex(span.getTraceId().toByteArray());
  }
}
