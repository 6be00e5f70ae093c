package io.tailrace.loadtests.shop;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An exporter that keeps the batches it was given. */
final class CollectedSpans implements SpanExporter {
  final List<List<SpanData>> batches = new ArrayList<>();

  Map<String, List<SpanData>> byTraceId() {
    return batches.stream()
        .flatMap(List::stream)
        .collect(Collectors.groupingBy(SpanData::getTraceId));
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    batches.add(List.copyOf(spans));
    return CompletableResultCode.ofSuccess();
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
