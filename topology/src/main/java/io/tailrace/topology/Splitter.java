package io.tailrace.topology;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TracePieces;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Unkeyed ingest: cuts every record into one a trace, keyed by trace id, for the shuffle. */
final class Splitter implements Processor<byte[], byte[], byte[], byte[]> {
  private final SamplerMetrics metrics;
  private final SpanScan scan = new SpanScan();
  private final TracePieces pieces = new TracePieces();
  private ProcessorContext<byte[], byte[]> context;
  private DeadLetters deadLetters;

  Splitter(SamplerMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    deadLetters = new DeadLetters(context, NodeNames.SPLIT_DEAD_LETTERS, metrics);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata position = context.recordMetadata().orElseThrow();
    if (record.value() == null) {
      deadLetters.send(record, null, DeadLetters.NO_VALUE, position);
      return;
    }
    try {
      scan.scan(record.value(), null);
      pieces.of(scan);
    } catch (MalformedOtlpException e) {
      deadLetters.send(record, record.value(), e.getMessage(), position);
      return;
    }
    metrics.split(scan.spanCount());
    for (int trace = 0; trace < scan.traceCount(); trace++) {
      byte[] key = new TraceId(scan.traceHigh(trace), scan.traceLow(trace)).toKey();
      context.forward(
          new Record<>(key, pieces.piece(trace), record.timestamp()), NodeNames.SPANS_BY_TRACE_OUT);
    }
    if (scan.firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, scan, pieces, position);
    }
  }
}
