package io.tailrace.topology.telemetry;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Exports spans with the exporter of the OpenTelemetry SDK, without retries, and reports failures
 * to {@link Delivery}. The exporter's own log lines are switched off in {@code logback.xml}: they
 * repeat the answer of the receiver, which can contain request headers. Thread-safe.
 */
final class ReportingSpanExporter implements SpanExporter {
  private static final Pattern STATUS = Pattern.compile("HTTP status code (\\d+)");

  private final SpanExporter exporter;
  private final URI target;
  private final Delivery delivery;
  private volatile boolean closed;

  private ReportingSpanExporter(SpanExporter exporter, URI target, Delivery delivery) {
    this.exporter = exporter;
    this.target = target;
    this.delivery = delivery;
  }

  static ReportingSpanExporter to(Destination destination, Delivery delivery) {
    OtlpHttpSpanExporterBuilder builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(destination.traces().toString())
            .setCompression("gzip")
            .setConnectTimeout(OtlpSender.TO_CONNECT)
            .setTimeout(OtlpSender.TO_ANSWER)
            .setRetryPolicy(null);
    destination.headers().forEach(builder::addHeader);
    return new ReportingSpanExporter(builder.build(), destination.traces(), delivery);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    result.whenComplete(() -> report(result));
    return result;
  }

  private void report(CompletableResultCode result) {
    if (result.isSuccess()) {
      delivery.succeeded(target);
    } else if (!closed) {
      delivery.failed(target, reason(result.getFailureThrowable()));
    }
  }

  /** Returns the status of an answer, but not its text, or the cause of a failed connection. */
  private static String reason(Throwable failure) {
    if (failure == null) {
      return "failed";
    }
    Matcher status = STATUS.matcher(String.valueOf(failure.getMessage()));
    if (status.find()) {
      return "answered " + status.group(1);
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.toString();
  }

  /** Stops reports of exports that are still running. */
  void silence() {
    closed = true;
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
