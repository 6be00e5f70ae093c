package io.tailrace.serdes;

import io.tailrace.serdes.SpanDraft.SpanKind;
import io.tailrace.serdes.SpanDraft.StatusCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A Zipkin span. Times are in microseconds. */
final class ZipkinSpan {
  private static final long NANOS_A_MICROSECOND = 1_000;
  private static final int MAX_LINKS = 128;

  TraceId traceId = new TraceId(0, 0);
  long id;
  long parentId;
  String name = "";
  String kind = "";
  long timestamp;
  long duration;
  Endpoint local = new Endpoint();
  Endpoint remote = new Endpoint();
  final List<Annotation> annotations = new ArrayList<>();
  final Map<String, Object> tags = new LinkedHashMap<>();

  /** Local or remote endpoint. Unknown fields are empty. */
  static final class Endpoint {
    String serviceName = "";
    String ipv4 = "";
    String ipv6 = "";
    long port;
  }

  record Annotation(long timestamp, String value) {}

  /** Converts the span without its resource to OTLP. Consumes its tags. */
  SpanDraft draft() {
    SpanDraft draft = new SpanDraft();
    draft.traceId = traceId;
    draft.spanId = id;
    draft.parentSpanId = parentId == id ? 0 : parentId;
    draft.name = name;
    String traceState = SpanDraft.takeText(tags, "w3c.tracestate");
    draft.traceState = traceState == null ? "" : traceState;
    draft.kind = kind();
    takeStatus(draft);
    takeLinks(draft);
    draft.attributes.putAll(tags);
    putEndpoints(draft.attributes);
    draft.startTime = nanos(timestamp);
    draft.endTime = nanos(timestamp + duration);
    if (timestamp == 0) {
      draft.attributes.put("otel.zipkin.absentField.startTime", true);
    }
    for (Annotation annotation : annotations) {
      draft.events.add(ZipkinText.event(nanos(annotation.timestamp()), annotation.value()));
    }
    return draft;
  }

  private SpanKind kind() {
    return switch (kind) {
      case "CLIENT" -> SpanKind.CLIENT;
      case "SERVER" -> SpanKind.SERVER;
      case "PRODUCER" -> SpanKind.PRODUCER;
      case "CONSUMER" -> SpanKind.CONSUMER;
      default ->
          "internal".equals(tags.remove("span.kind")) ? SpanKind.INTERNAL : SpanKind.UNSPECIFIED;
    };
  }

  /** Sets the status. In Zipkin, a tag {@code error} with any value means an error. */
  private void takeStatus(SpanDraft draft) {
    String code = SpanDraft.takeText(tags, "otel.status_code");
    if (code != null) {
      draft.status =
          switch (code.toUpperCase(Locale.ROOT)) {
            case "OK", "STATUS_CODE_OK" -> StatusCode.OK;
            case "ERROR", "STATUS_CODE_ERROR" -> StatusCode.ERROR;
            default -> StatusCode.UNSET;
          };
      String message = SpanDraft.takeText(tags, "otel.status_description");
      draft.statusMessage = message == null ? "" : message;
    }
    if (tags.containsKey("error")) {
      draft.status = StatusCode.ERROR;
      tags.remove("error", "true");
    }
  }

  private void takeLinks(SpanDraft draft) {
    for (int i = 0; i < MAX_LINKS; i++) {
      String key = "otlp.link." + i;
      if (!(tags.get(key) instanceof String text)) {
        return;
      }
      ZipkinText.link(text)
          .ifPresent(
              link -> {
                draft.links.add(link);
                tags.remove(key);
              });
    }
  }

  private void putEndpoints(Map<String, Object> attributes) {
    putText(attributes, "network.local.address", local.ipv4);
    putText(attributes, "network.local.address", local.ipv6);
    putPort(attributes, "net.host.port", local.port);
    putText(attributes, "service.peer.name", remote.serviceName);
    putText(attributes, "network.peer.address", remote.ipv4);
    putText(attributes, "network.peer.address", remote.ipv6);
    putPort(attributes, "net.peer.port", remote.port);
  }

  private static void putText(Map<String, Object> attributes, String key, String value) {
    if (!value.isEmpty()) {
      attributes.put(key, value);
    }
  }

  private static void putPort(Map<String, Object> attributes, String key, long port) {
    if (port > 0) {
      attributes.put(key, port);
    }
  }

  private static long nanos(long micros) {
    return micros * NANOS_A_MICROSECOND;
  }
}
