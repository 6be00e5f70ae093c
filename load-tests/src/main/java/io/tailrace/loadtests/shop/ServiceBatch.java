package io.tailrace.loadtests.shop;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches the spans of one service by size and time like the SDK's batch processor, but on the
 * caller's thread and without drops. Not thread-safe.
 */
final class ServiceBatch implements SpanProcessor {
  static final int MAX_SPANS = 512; // the SDK's default

  /** Shorter than the SDK's 5 s, so that a demo needs only a short decision wait. */
  static final long INTERVAL_NANOS = 1_000_000_000L;

  private final SpanExporter exporter;
  private List<SpanData> spans = new ArrayList<>(MAX_SPANS);
  private long dueNanos;

  ServiceBatch(SpanExporter exporter, long firstDueNanos) {
    this.exporter = exporter;
    dueNanos = firstDueNanos;
  }

  void exportIfDue(long nowNanos) {
    if (nowNanos - dueNanos < 0) {
      return;
    }
    dueNanos = nowNanos + INTERVAL_NANOS;
    export();
  }

  @Override
  public void onEnd(ReadableSpan span) {
    spans.add(span.toSpanData());
    if (spans.size() >= MAX_SPANS) {
      export();
    }
  }

  @Override
  public CompletableResultCode forceFlush() {
    return export();
  }

  @Override
  public CompletableResultCode shutdown() {
    return export();
  }

  private CompletableResultCode export() {
    if (spans.isEmpty()) {
      return CompletableResultCode.ofSuccess();
    }
    List<SpanData> batch = spans;
    spans = new ArrayList<>(MAX_SPANS);
    return exporter.export(batch);
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }
}
