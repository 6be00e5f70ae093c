package io.tailrace.topology.streams;

import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TracePieces;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.RecordLimits;
import io.tailrace.topology.meters.SamplerMetrics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Forwards unreadable records to the dead letter topic with the reason and the source position. */
final class DeadLetters {
  static final String NO_VALUE = "no value (expected: OTLP TracesData)";

  private final ProcessorContext<byte[], byte[]> context;
  private final String sink;
  private final SamplerMetrics metrics;
  private final RecordLimits.Limit limit;

  DeadLetters(ProcessorContext<byte[], byte[]> context, String sink, SamplerMetrics metrics) {
    this.context = context;
    this.sink = sink;
    this.metrics = metrics;
    limit = RecordLimits.of(context).deadLetters();
  }

  void send(
      Record<byte[], byte[]> record,
      byte @Nullable [] value,
      String reason,
      RecordMetadata position) {
    Headers headers =
        new RecordHeaders()
            .add(HeaderNames.REASON, text(reason))
            .add(HeaderNames.TOPIC, text(position.topic()))
            .add(HeaderNames.PARTITION, text(Integer.toString(position.partition())))
            .add(HeaderNames.OFFSET, text(Long.toString(position.offset())));
    forward(new Record<>(record.key(), value, record.timestamp(), headers));
  }

  /** Sends the spans of a scanned record that have no valid trace ID, in one record. */
  void sendInvalidSpans(
      Record<byte[], byte[]> record, SpanScan spans, TracePieces pieces, RecordMetadata position) {
    int first = spans.firstInvalidSpan();
    int length = spans.traceIdLength(first);
    String found = length == TraceId.BYTES ? "all zero" : length + " bytes";
    send(record, pieces.invalidSpans(), "trace id: " + found + " (expected: 16 bytes)", position);
  }

  /** Sends a span of a kept trace that cannot be exported. */
  void sendUnwritable(byte[] key, byte[] span, String reason, long timestamp) {
    Headers headers =
        new RecordHeaders().add(HeaderNames.REASON, text("cannot be exported: " + reason));
    forward(new Record<>(key, span, timestamp, headers));
  }

  /** Reports a span of a kept trace that cannot be redacted, without the span. */
  void sendUnredactable(byte[] key, String reason, long timestamp) {
    Headers headers =
        new RecordHeaders()
            .add(HeaderNames.REASON, text("cannot be redacted, the span is left out: " + reason));
    forward(new Record<>(key, null, timestamp, headers));
  }

  /**
   * Forwards a dead letter. Omits a value that is too large for the topic, and keeps the reason.
   */
  private void forward(Record<byte[], byte[]> letter) {
    if (limit.takes(letter)) {
      context.forward(letter, sink);
    } else {
      String reason =
          new String(
              letter.headers().lastHeader(HeaderNames.REASON).value(), StandardCharsets.UTF_8);
      int bytes = letter.value() == null ? 0 : letter.value().length;
      letter.headers().remove(HeaderNames.REASON);
      letter
          .headers()
          .add(
              HeaderNames.REASON,
              text(
                  "%s; its %d bytes are left out (expected: at most %d, max.message.bytes of %s)"
                      .formatted(reason, bytes, limit.bytes(), limit.topic())));
      context.forward(letter.withKey(key(letter)).withValue(null), sink);
    }
    metrics.deadLetter();
  }

  /** Returns the key, or null if the key makes the dead letter too large. */
  private byte @Nullable [] key(Record<byte[], byte[]> letter) {
    return limit.takes(letter.withValue(null)) ? letter.key() : null;
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
