package io.tailrace.topology.operations;

import io.prometheus.metrics.tracer.common.SpanContext;
import io.tailrace.serdes.TraceId;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Exemplar of the call that is being recorded: its span if the trace was kept, otherwise none.
 * Belongs to a registry of its own, whose meters one thread at a time records.
 */
final class KeptExemplar implements SpanContext {
  private boolean isKept;
  private long traceHigh;
  private long traceLow;
  private long spanId;

  /** Sets the call that is recorded next. */
  void set(boolean kept, long high, long low, long span) {
    isKept = kept && span != 0;
    traceHigh = high;
    traceLow = low;
    spanId = span;
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return isKept ? new TraceId(traceHigh, traceLow).toHex() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return isKept ? HexFormat.of().toHexDigits(spanId) : null;
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return isKept;
  }

  @Override
  public void markCurrentSpanAsExemplar() {}
}
