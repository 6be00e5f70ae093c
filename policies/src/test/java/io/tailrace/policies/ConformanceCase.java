package io.tailrace.policies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

/** One case of {@code policy-decisions.json}. */
record ConformanceCase(JsonNode json) {
  static Stream<ConformanceCase> all() {
    try (InputStream in = ConformanceCase.class.getResourceAsStream("/policy-decisions.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      return cases.valueStream().map(ConformanceCase::new);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String document() {
    return "{\"policies\": " + json.get("policies") + "}";
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
      resource.get("spans").forEach(span -> addSpan(span, signals, trace));
    }
    return trace;
  }

  private static void addSpan(JsonNode span, Signals signals, TestTrace trace) {
    trace.spanCount++;
    trace.startUnixNanos = Math.min(trace.startUnixNanos, nanos(span.get("start_ms")));
    trace.endUnixNanos = Math.max(trace.endUnixNanos, nanos(span.get("end_ms")));
    attributes(span.get("attributes"), signals, trace.raised);
    int status = List.of("UNSET", "OK", "ERROR").indexOf(span.get("status").asText());
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
