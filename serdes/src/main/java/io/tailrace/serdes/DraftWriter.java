package io.tailrace.serdes;

import io.tailrace.serdes.SpanDraft.Scope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes drafts as {@code TracesData}, grouped by equal resource and scope. Reusable. Not
 * thread-safe.
 */
final class DraftWriter {
  private final ForwardWriter out = new ForwardWriter();
  private final Map<Map<String, Object>, Map<Scope, List<SpanDraft>>> resources =
      new LinkedHashMap<>();

  void clear() {
    resources.clear();
  }

  /** Adds a draft. The resource must not change afterwards. */
  void add(Map<String, Object> resource, Scope scope, SpanDraft span) {
    resources
        .computeIfAbsent(resource, newOne -> new LinkedHashMap<>())
        .computeIfAbsent(scope, newOne -> new ArrayList<>())
        .add(span);
  }

  byte[] tracesData() {
    out.clear();
    resources.forEach(this::writeResourceSpans);
    return out.toByteArray();
  }

  private void writeResourceSpans(Map<String, Object> resource, Map<Scope, List<SpanDraft>> spans) {
    message(
        OtlpFields.TRACES_RESOURCE_SPANS,
        () -> {
          message(
              OtlpFields.RESOURCE_SPANS_RESOURCE,
              () -> writeAttributes(OtlpFields.RESOURCE_ATTRIBUTES, resource));
          spans.forEach(this::writeScopeSpans);
        });
  }

  private void writeScopeSpans(Scope scope, List<SpanDraft> spans) {
    message(
        OtlpFields.RESOURCE_SPANS_SCOPE_SPANS,
        () -> {
          message(
              OtlpFields.SCOPE_SPANS_SCOPE,
              () -> {
                writeText(OtlpFields.SCOPE_NAME, scope.name());
                writeText(OtlpFields.SCOPE_VERSION, scope.version());
              });
          spans.forEach(span -> message(OtlpFields.SCOPE_SPANS_SPANS, () -> writeSpan(span)));
        });
  }

  private void writeSpan(SpanDraft span) {
    writeTraceId(OtlpFields.SPAN_TRACE_ID, span.traceId);
    writeSpanId(OtlpFields.SPAN_SPAN_ID, span.spanId);
    writeText(OtlpFields.SPAN_TRACE_STATE, span.traceState);
    writeSpanId(OtlpFields.SPAN_PARENT_SPAN_ID, span.parentSpanId);
    writeText(OtlpFields.SPAN_NAME, span.name);
    writeNumber(OtlpFields.SPAN_KIND, span.kind.number);
    writeTime(OtlpFields.SPAN_START_TIME, span.startTime);
    writeTime(OtlpFields.SPAN_END_TIME, span.endTime);
    writeAttributes(OtlpFields.SPAN_ATTRIBUTES, span.attributes);
    span.events.forEach(event -> message(OtlpFields.SPAN_EVENTS, () -> writeEvent(event)));
    span.links.forEach(link -> message(OtlpFields.SPAN_LINKS, () -> writeLink(link)));
    message(
        OtlpFields.SPAN_STATUS,
        () -> {
          writeText(OtlpFields.STATUS_MESSAGE, span.statusMessage);
          writeNumber(OtlpFields.STATUS_CODE, span.status.number);
        });
  }

  private void writeEvent(SpanDraft.Event event) {
    writeTime(OtlpFields.EVENT_TIME, event.time());
    writeText(OtlpFields.EVENT_NAME, event.name());
    writeAttributes(OtlpFields.EVENT_ATTRIBUTES, event.attributes());
    writeNumber(OtlpFields.EVENT_DROPPED_ATTRIBUTES, event.dropped());
  }

  private void writeLink(SpanDraft.Link link) {
    writeTraceId(OtlpFields.LINK_TRACE_ID, link.traceId());
    writeSpanId(OtlpFields.LINK_SPAN_ID, link.spanId());
    writeText(OtlpFields.LINK_TRACE_STATE, link.traceState());
    writeAttributes(OtlpFields.LINK_ATTRIBUTES, link.attributes());
    writeNumber(OtlpFields.LINK_DROPPED_ATTRIBUTES, link.dropped());
  }

  private void writeAttributes(int tag, Map<String, Object> attributes) {
    attributes.forEach(
        (key, value) ->
            message(
                tag,
                () -> {
                  writeText(OtlpFields.KEY_VALUE_KEY, key);
                  message(OtlpFields.KEY_VALUE_VALUE, () -> writeValue(value));
                }));
  }

  /** Writes a value, including a default value, because the field identifies the type. */
  private void writeValue(Object value) {
    if (value instanceof String text) {
      out.writeVarint(OtlpFields.ANY_STRING);
      out.writeText(text);
    } else if (value instanceof Boolean bool) {
      out.writeVarint(OtlpFields.ANY_BOOL);
      out.writeVarint(bool ? 1 : 0);
    } else if (value instanceof Long number) {
      out.writeVarint(OtlpFields.ANY_INT);
      out.writeVarint(number);
    } else if (value instanceof Double number) {
      out.writeVarint(OtlpFields.ANY_DOUBLE);
      out.writeFixed64(Double.doubleToRawLongBits(number));
    } else {
      out.writeVarint(OtlpFields.ANY_BYTES);
      out.writeBytes((byte[]) value);
    }
  }

  private void writeTraceId(int tag, TraceId id) {
    if (id.high() != 0 || id.low() != 0) {
      out.writeVarint(tag);
      out.writeBytes(
          ByteBuffer.allocate(TraceId.BYTES).putLong(id.high()).putLong(id.low()).array());
    }
  }

  private void writeSpanId(int tag, long id) {
    if (id != 0) {
      out.writeVarint(tag);
      out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }
  }

  private void writeText(int tag, String text) {
    if (!text.isEmpty()) {
      out.writeVarint(tag);
      out.writeText(text);
    }
  }

  private void writeNumber(int tag, long number) {
    if (number != 0) {
      out.writeVarint(tag);
      out.writeVarint(number);
    }
  }

  private void writeTime(int tag, long nanos) {
    if (nanos != 0) {
      out.writeVarint(tag);
      out.writeFixed64(nanos);
    }
  }

  private void message(int tag, Runnable body) {
    out.writeVarint(tag);
    int opened = out.open();
    body.run();
    out.close(opened);
  }
}
