package io.tailrace.loadtests.shop;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Samples everything and marks one trace in sixteen as canary: all its spans have {@code
 * shop=canary} in the trace state.
 */
public final class Canary implements Sampler {
  private static final TraceState MARK = TraceState.builder().put("shop", "canary").build();
  private static final SamplingResult CHOSEN =
      new SamplingResult() {
        @Override
        public SamplingDecision getDecision() {
          return SamplingDecision.RECORD_AND_SAMPLE;
        }

        @Override
        public Attributes getAttributes() {
          return Attributes.empty();
        }

        @Override
        public TraceState getUpdatedTraceState(TraceState parent) {
          return MARK;
        }
      };

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    boolean root = !Span.fromContext(parent).getSpanContext().isValid();
    return root && traceId.endsWith("0") ? CHOSEN : SamplingResult.recordAndSample();
  }

  @Override
  public String getDescription() {
    return "canary";
  }
}
