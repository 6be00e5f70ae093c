package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.streams.SamplerHarness;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The policies' conformance cases with real OTLP bytes: a record for each span, mixed with another
 * trace's, through the same scan and summary as in the engine.
 */
class WireConformanceTest {
  private static final Path CASES = Path.of("../policies/src/test/resources/policy-decisions.json");
  private static final String OTHER_TRACE = "ffffffffffffffffffffffffffffffff";

  record Case(String id, PolicySet policies, JsonNode steps) {
    @Override
    public String toString() {
      return id;
    }
  }

  static Stream<Case> cases() throws Exception {
    JsonNode cases = new ObjectMapper().readTree(CASES.toFile()).get("cases");
    return StreamSupport.stream(cases.spliterator(), false)
        .filter(json -> json.has("steps"))
        .map(
            json ->
                new Case(
                    json.get("id").asText(),
                    SamplerHarness.set(
                        "{\"use_tracestate\": false, \"policies\": " + json.get("policies") + "}"),
                    json.get("steps")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decidesAsTheTableSays(Case example) throws Exception {
    Judge judge = example.policies.newJudge(1, null);
    RecordScan scan = new RecordScan(new SignalLayout(0, example.policies.signals()));
    int step = 0;
    for (JsonNode json : example.steps) {
      OpenTrace trace = summarize(scan, json.get("trace"));
      Decision decision = judge.decide(trace, json.get("at_ms").asLong());
      assertThat(decision.outcome().name().toLowerCase(Locale.ROOT))
          .as("step %d", step++)
          .isEqualTo(json.get("expect").asText());
    }
  }

  private static OpenTrace summarize(RecordScan scan, JsonNode json) throws Exception {
    String id = json.get("trace_id").asText();
    TraceId traceId = TraceId.parse(id);
    OpenTrace trace = new OpenTrace(traceId.high(), traceId.low(), 0, 0);
    for (TracesData record : records(id, json)) {
      byte[] bytes = record.toByteArray();
      scan.scan(bytes);
      for (int i = 0; i < scan.spans.traceCount(); i++) {
        if (scan.spans.traceHigh(i) == trace.high && scan.spans.traceLow(i) == trace.low) {
          scan.count(i, trace);
          scan.raise(i, trace);
        } else {
          OpenTrace other = new OpenTrace(-1, -1, 0, 0);
          scan.count(i, other);
          scan.raise(i, other);
        }
      }
    }
    trace.bytes = whole(id, json).getSerializedSize();
    return trace;
  }

  private static TracesData whole(String id, JsonNode json) {
    TracesData.Builder data = TracesData.newBuilder();
    for (JsonNode resource : json.get("resources")) {
      ScopeSpans.Builder scope = ScopeSpans.newBuilder();
      resource.get("spans").forEach(span -> scope.addSpans(span(id, span)));
      data.addResourceSpans(resource(resource).addScopeSpans(scope));
    }
    return data.build();
  }

  private static List<TracesData> records(String id, JsonNode json) {
    List<TracesData> records = new ArrayList<>();
    Span noise =
        span(OTHER_TRACE, json.get("resources").get(0).get("spans").get(0)).toBuilder()
            .setStatus(Status.newBuilder().setCodeValue(2))
            .build();
    for (JsonNode resource : json.get("resources")) {
      for (JsonNode span : resource.get("spans")) {
        records.add(
            TracesData.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder().addSpans(noise)))
                .addResourceSpans(
                    resource(resource)
                        .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(id, span))))
                .build());
      }
    }
    return records;
  }

  private static ResourceSpans.Builder resource(JsonNode json) {
    return ResourceSpans.newBuilder()
        .setResource(Resource.newBuilder().addAllAttributes(attributes(json.get("attributes"))));
  }

  private static Span span(String traceId, JsonNode json) {
    TraceId id = TraceId.parse(traceId);
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(
                ByteString.copyFrom(
                    ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array()))
            .setParentSpanId(ByteString.fromHex(json.get("parent_span_id").asText()))
            .setName(json.get("name").asText())
            .setKind(kind(json.path("kind").asText("UNSPECIFIED")))
            .setStartTimeUnixNano(json.get("start_ms").asLong() * 1_000_000)
            .setEndTimeUnixNano(json.get("end_ms").asLong() * 1_000_000)
            .setStatus(Status.newBuilder().setCode(code(json.get("status").asText())))
            .setTraceState(json.get("trace_state").asText())
            .setFlags(json.get("flags").asInt())
            .addAllAttributes(attributes(json.get("attributes")));
    for (JsonNode event : json.get("events")) {
      span.addEvents(
          Span.Event.newBuilder()
              .setName(event.get("name").asText())
              .addAllAttributes(attributes(event.get("attributes"))));
    }
    return span.build();
  }

  private static Span.SpanKind kind(String name) {
    return Span.SpanKind.valueOf("SPAN_KIND_" + name);
  }

  private static Status.StatusCode code(String name) {
    return Status.StatusCode.valueOf("STATUS_CODE_" + name);
  }

  private static List<KeyValue> attributes(JsonNode json) {
    List<KeyValue> all = new ArrayList<>();
    json.properties()
        .forEach(entry -> all.add(Otlp.attribute(entry.getKey(), value(entry.getValue()))));
    return all;
  }

  private static AnyValue value(JsonNode json) {
    AnyValue.Builder value = AnyValue.newBuilder();
    if (json.isBoolean()) {
      value.setBoolValue(json.asBoolean());
    } else if (json.isIntegralNumber()) {
      value.setIntValue(json.asLong());
    } else if (json.isNumber()) {
      value.setDoubleValue(json.asDouble());
    } else {
      value.setStringValue(json.asText());
    }
    return value.build();
  }
}
