package io.tailrace.policies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.ottl.TestSpan;
import io.tailrace.policies.signals.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One case of {@code policy-decisions.json}. */
record ConformanceCase(JsonNode json) {
  private static final long NOW_UNIX_NANO = 1_700_000_000_000_000_000L;
  private static final List<String> STATUSES = List.of("UNSET", "OK", "ERROR");
  private static final List<String> KINDS =
      List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER");

  static Stream<ConformanceCase> all() {
    try (InputStream in = ConformanceCase.class.getResourceAsStream("/policy-decisions.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      return cases.valueStream().map(ConformanceCase::new);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The table is of a Collector without its feature gate for trace states. */
  String document() {
    return "{\"use_tracestate\": false, \"policies\": " + json.get("policies") + "}";
  }

  boolean isConfigError() {
    return json.has("config_error_mentions");
  }

  List<String> mentions() {
    return json.get("config_error_mentions").valueStream().map(JsonNode::asText).toList();
  }

  List<JsonNode> steps() {
    return json.path("steps").valueStream().toList();
  }

  /** The trace of a step, its spans gone through the signals as they would on arrival. */
  static TestTrace trace(JsonNode json, Signals signals) {
    TestTrace trace = new TestTrace();
    String id = json.get("trace_id").asText();
    trace.traceIdHigh = Long.parseUnsignedLong(id.substring(0, 16), 16);
    trace.traceIdLow = Long.parseUnsignedLong(id.substring(16), 16);
    trace.spanCount = 0;
    trace.startUnixNanos = Long.MAX_VALUE;
    trace.endUnixNanos = Long.MIN_VALUE;
    trace.raised = new long[signals.words()];
    for (JsonNode resource : json.get("resources")) {
      attributes(resource.get("attributes"), signals, trace.raised);
      for (JsonNode span : resource.get("spans")) {
        addSpan(span, signals, trace);
        Sets.span(signals, view(span, id, resource.get("attributes")), NOW_UNIX_NANO, trace.raised);
      }
    }
    return trace;
  }

  private static TestSpan view(JsonNode json, String traceId, JsonNode resourceAttributes) {
    TestSpan span = new TestSpan();
    span.traceId = traceId;
    span.parentSpanId = json.get("parent_span_id").asText();
    span.name = json.get("name").asText();
    span.kind = KINDS.indexOf(json.path("kind").asText("UNSPECIFIED"));
    span.start = nanos(json.get("start_ms"));
    span.end = nanos(json.get("end_ms"));
    span.statusCode = STATUSES.indexOf(json.get("status").asText());
    span.flags = json.get("flags").asLong();
    span.traceState = json.get("trace_state").asText();
    put(json.get("attributes"), span.attributes);
    put(resourceAttributes, span.resourceAttributes);
    for (JsonNode event : json.path("events")) {
      Map<String, Object> attributes = new LinkedHashMap<>();
      put(event.get("attributes"), attributes);
      span.events.add(new TestSpan.Event(event.get("name").asText(), span.start, attributes));
    }
    return span;
  }

  private static void put(JsonNode json, Map<String, Object> attributes) {
    json.properties().forEach(entry -> attributes.put(entry.getKey(), otlp(entry.getValue())));
  }

  private static Object otlp(JsonNode value) {
    return value.isIntegralNumber() ? (Object) value.longValue() : java(value);
  }

  private static void addSpan(JsonNode span, Signals signals, TestTrace trace) {
    trace.spanCount++;
    trace.startUnixNanos = Math.min(trace.startUnixNanos, nanos(span.get("start_ms")));
    trace.endUnixNanos = Math.max(trace.endUnixNanos, nanos(span.get("end_ms")));
    attributes(span.get("attributes"), signals, trace.raised);
    int status = STATUSES.indexOf(span.get("status").asText());
    signals.status(status, trace.raised);
    signals.flags(span.get("flags").asInt(), trace.raised);
    signals.traceState(span.get("trace_state").asText(), trace.raised);
  }

  private static long nanos(JsonNode millis) {
    return millis.decimalValue().movePointRight(6).longValueExact();
  }

  private static void attributes(JsonNode attributes, Signals signals, long[] raised) {
    for (int i = 0; i < signals.attributeKeys().size(); i++) {
      JsonNode value = attributes.get(signals.attributeKeys().get(i));
      if (value != null) {
        signals.attribute(i, new TestValue(java(value)), raised);
      }
    }
  }

  private static Object java(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isNumber() ? value.numberValue() : value;
  }

  @Override
  public String toString() {
    return json.get("id").asText();
  }
}
