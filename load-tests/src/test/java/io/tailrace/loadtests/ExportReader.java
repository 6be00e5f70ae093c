package io.tailrace.loadtests;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records of a topic from its beginning, with the official protobuf classes.
 */
final class ExportReader implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);

  final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final KafkaConsumer<byte[], byte[]> consumer;

  ExportReader(String bootstrapServers, String topic) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = TestClients.partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads until the condition holds, or fails after a minute in which nothing came. */
  void readUntil(BooleanSupplier done) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("nothing more for " + BOUND + "; read " + records.size());
      }
      int before = records.size();
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      if (records.size() > before) {
        end = System.nanoTime() + BOUND.toNanos();
      }
    }
  }

  /** Reads until spans of all these traces have come, or fails as {@link #readUntil}. */
  void readUntilAllOf(Set<String> traces) {
    Set<String> missing = new TreeSet<>(traces);
    Set<String> seen = new TreeSet<>();
    int[] from = {0};
    try {
      readUntil(
          () -> {
            for (; from[0] < records.size(); from[0]++) {
              seen.add(new String(records.get(from[0]).key(), StandardCharsets.US_ASCII));
            }
            return seen.containsAll(missing);
          });
    } catch (AssertionError e) {
      missing.removeAll(seen);
      throw new AssertionError(missing.size() + " traces are missing, as " + missing, e);
    }
  }

  /** Reads on for a while, for what must not come. */
  void readFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
  }

  /** Span ids by trace id, sorted; a span that came twice is there twice. */
  Map<String, List<String>> spansByTrace() {
    Map<String, List<String>> traces = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      for (Span span : spans(record)) {
        traces
            .computeIfAbsent(hex(span.getTraceId()), t -> new ArrayList<>())
            .add(hex(span.getSpanId()));
      }
    }
    traces.values().forEach(spans -> spans.sort(null));
    return traces;
  }

  static List<Span> spans(ConsumerRecord<byte[], byte[]> record) {
    try {
      List<Span> spans = new ArrayList<>();
      boolean json = record.value().length > 0 && record.value()[0] == '{';
      Encoding encoding = json ? Encoding.OTLP_JSON : Encoding.OTLP_PROTO;
      TracesData.parseFrom(encoding.newTranslator().toTracesData(record.value()))
          .getResourceSpansList()
          .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
      return spans;
    } catch (InvalidProtocolBufferException | MalformedOtlpException e) {
      throw new AssertionError(e);
    }
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
