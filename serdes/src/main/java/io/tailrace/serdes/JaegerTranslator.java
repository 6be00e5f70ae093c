package io.tailrace.serdes;

import io.tailrace.serdes.SpanDraft.Scope;
import io.tailrace.serdes.SpanDraft.SpanKind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts Jaeger spans to OTLP like the Collector 0.155 ({@code pkg/translator/jaeger}), except
 * that it keeps the tags of a process without a service name.
 */
final class JaegerTranslator implements Translator {
  /** The Collector's Jaeger service name for a resource without a service name. */
  private static final String NO_SERVICE = "OTLPResourceNoServiceName";

  private final JaegerReader reader = new JaegerReader();
  private final DraftWriter writer = new DraftWriter();

  @Override
  public byte[] toTracesData(byte[] record) throws MalformedOtlpException {
    JaegerReader.Span span;
    try {
      span = reader.read(record);
    } catch (IOException e) {
      throw new MalformedOtlpException(
          "not a Jaeger span of " + record.length + " bytes: " + e.getMessage(), e);
    }
    if (span.traceId.high() == 0 && span.traceId.low() == 0) {
      throw new MalformedOtlpException(
          "Jaeger span without a trace id (expected: 8 or 16 bytes, not all zero)", null);
    }
    writer.clear();
    Map<String, Object> resource = resource(span);
    Scope scope = scope(span.tags);
    writer.add(resource, scope, draft(span));
    return writer.tracesData();
  }

  private static Map<String, Object> resource(JaegerReader.Span span) {
    Map<String, Object> resource = new LinkedHashMap<>();
    if (!span.serviceName.isEmpty() && !span.serviceName.equals(NO_SERVICE)) {
      resource.put("service.name", span.serviceName);
    }
    resource.putAll(span.processTags);
    if (resource.containsKey("hostname") && !resource.containsKey("host.name")) {
      resource.put("host.name", resource.remove("hostname"));
    }
    String exporter = "opencensus.exporterversion";
    if (resource.containsKey("jaeger.version") && !resource.containsKey(exporter)) {
      resource.put(exporter, "Jaeger-" + SpanDraft.takeText(resource, "jaeger.version"));
    }
    return resource;
  }

  private static Scope scope(Map<String, Object> tags) {
    String name = SpanDraft.takeText(tags, "otel.scope.name");
    if (name == null) {
      return new Scope("", "");
    }
    String version = SpanDraft.takeText(tags, "otel.scope.version");
    return new Scope(name, version == null ? "" : version);
  }

  private static SpanDraft draft(JaegerReader.Span span) {
    SpanDraft draft = new SpanDraft();
    draft.traceId = span.traceId;
    draft.spanId = span.spanId;
    draft.parentSpanId = parent(span);
    draft.name = span.operationName;
    draft.startTime = span.startTime;
    draft.endTime = end(span);
    draft.attributes.putAll(span.tags);
    draft.kind = kind(SpanDraft.takeText(draft.attributes, "span.kind"));
    JaegerStatus.take(draft);
    String traceState = SpanDraft.takeText(draft.attributes, "w3c.tracestate");
    draft.traceState = traceState == null ? "" : traceState;
    span.logs.forEach(log -> draft.events.add(event(log)));
    for (JaegerReader.Reference reference : span.references) {
      if (reference.spanId() != draft.parentSpanId || !reference.childOf()) {
        draft.links.add(link(reference));
      }
    }
    return draft;
  }

  /**
   * Returns the end time. Start and duration are each up to about 292 years, so their sum can
   * overflow.
   */
  private static long end(JaegerReader.Span span) {
    long end = span.startTime + span.duration;
    return span.duration > 0 && end < 0 ? Long.MAX_VALUE : Math.max(0, end);
  }

  /**
   * Returns the parent: the first child-of reference within the trace, otherwise the first
   * reference within it.
   */
  private static long parent(JaegerReader.Span span) {
    long other = 0;
    for (JaegerReader.Reference reference : span.references) {
      if (!reference.traceId().equals(span.traceId)) {
        continue;
      }
      if (reference.childOf()) {
        return reference.spanId();
      }
      other = other == 0 ? reference.spanId() : other;
    }
    return other;
  }

  private static SpanKind kind(@Nullable String tag) {
    return switch (tag == null ? "" : tag) {
      case "client" -> SpanKind.CLIENT;
      case "server" -> SpanKind.SERVER;
      case "producer" -> SpanKind.PRODUCER;
      case "consumer" -> SpanKind.CONSUMER;
      case "internal" -> SpanKind.INTERNAL;
      default -> SpanKind.UNSPECIFIED;
    };
  }

  private static SpanDraft.Event event(JaegerReader.Log log) {
    String name = SpanDraft.takeText(log.fields(), "event");
    return new SpanDraft.Event(log.time(), name == null ? "" : name, log.fields(), 0);
  }

  private static SpanDraft.Link link(JaegerReader.Reference reference) {
    return new SpanDraft.Link(
        reference.traceId(),
        reference.spanId(),
        "",
        Map.of("opentracing.ref_type", reference.childOf() ? "child_of" : "follows_from"),
        0);
  }
}
