package io.tailrace.loadtests.shop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes spans to a topic as OTLP. A batch is one record without a key. In keyed mode, it is one
 * record per trace with the hex trace ID as key, like the Collector's Kafka exporter with {@code
 * partition_traces_by_id}.
 *
 * <p>Reports spans to the ledger when the broker has acknowledged or rejected them. The caller
 * closes the producer.
 */
final class KafkaSpanExporter implements SpanExporter {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final boolean keyed;
  private final TruthLedger ledger;

  KafkaSpanExporter(
      Producer<byte[], byte[]> producer, String topic, boolean keyed, TruthLedger ledger) {
    this.producer = producer;
    this.topic = topic;
    this.keyed = keyed;
    this.ledger = ledger;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    if (!keyed) {
      return send(null, spans);
    }
    List<CompletableResultCode> results = new ArrayList<>();
    byTraceId(spans).forEach((id, trace) -> results.add(send(id.getBytes(US_ASCII), trace)));
    return CompletableResultCode.ofAll(results);
  }

  @Override
  public CompletableResultCode flush() {
    producer.flush();
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return flush();
  }

  private CompletableResultCode send(byte[] key, Collection<SpanData> spans) {
    Map<String, TraceTruth> parts = new HashMap<>();
    spans.forEach(span -> parts.merge(span.getTraceId(), TraceTruth.of(span), TraceTruth::plus));
    CompletableResultCode result = new CompletableResultCode();
    Future<?> unused =
        producer.send(
            new ProducerRecord<>(topic, key, encode(spans)),
            (metadata, failure) -> {
              if (failure == null) {
                ledger.acknowledged(parts);
                result.succeed();
              } else {
                ledger.failed(parts);
                result.failExceptionally(failure);
              }
            });
    return result;
  }

  private static byte[] encode(Collection<SpanData> spans) {
    TraceRequestMarshaler request = TraceRequestMarshaler.create(spans);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.getBinarySerializedSize());
    try {
      request.writeBinaryTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Map<String, List<SpanData>> byTraceId(Collection<SpanData> spans) {
    Map<String, List<SpanData>> traces = new LinkedHashMap<>();
    for (SpanData span : spans) {
      traces.computeIfAbsent(span.getTraceId(), id -> new ArrayList<>()).add(span);
    }
    return traces;
  }
}
