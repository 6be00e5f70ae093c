package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.RecordLoop;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SpanIntake;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Processes the records of the source partition of a task, counts them, and forwards unreadable
 * ones to the dead letter topic. Not thread-safe.
 */
final class SampledRecords {
  private final IngestMode mode;
  private final RecordLoop loop;
  private final RecordScan scan;
  private final SpanIntake intake;
  private final DeadLetters deadLetters;
  private final SamplerMetrics metrics;
  private final KeyPartitioning keyPartitioning;

  SampledRecords(
      IngestMode mode,
      SpanBuffer buffer,
      SpanIntake intake,
      DeadLetters deadLetters,
      TaskServices services) {
    this.mode = mode;
    this.loop = buffer.records();
    this.scan = buffer.traces().scan();
    this.intake = intake;
    this.deadLetters = deadLetters;
    this.metrics = services.metrics();
    this.keyPartitioning = services.keyPartitioning();
  }

  void take(Record<byte[], byte[]> record, RecordMetadata position) {
    RecordLoop.Content content;
    try {
      content =
          loop.take(
              record.headers(), record.value(), record.timestamp(), position.offset(), intake);
    } catch (MalformedOtlpException e) {
      deadLetters.send(record, record.value(), String.valueOf(e.getMessage()), position);
      return;
    }
    switch (content) {
      case WATERMARK -> {}
      case NO_VALUE -> deadLetters.send(record, null, DeadLetters.NO_VALUE, position);
      case SPANS -> taken(record, position);
    }
  }

  private void taken(Record<byte[], byte[]> record, RecordMetadata position) {
    metrics.received(record.value().length, scan.spans.spanCount());
    if (mode == IngestMode.KEYED) { // in unkeyed mode, the splitter writes the keys
      keyPartitioning.look(record.key(), position.partition(), position.offset());
    }
    if (scan.spans.firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, scan.spans, scan.pieces, position);
    }
  }
}
