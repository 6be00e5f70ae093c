package io.tailrace.topology.telemetry;

import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/** Sends batches of spans, on the thread of the batch processor. */
final class SpanSender implements SpanExporter {
  private final OtlpSender sender;

  SpanSender(OtlpSender sender) {
    this.sender = sender;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return sender.send(bytes(spans))
        ? CompletableResultCode.ofSuccess()
        : CompletableResultCode.ofFailure();
  }

  private static byte[] bytes(Collection<SpanData> spans) {
    TraceRequestMarshaler request = TraceRequestMarshaler.create(spans);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.getBinarySerializedSize());
    try {
      request.writeBinaryTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in-memory streams do not fail
    }
    return bytes.toByteArray();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
