package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.OtlpJsonReader;
import io.tailrace.serdes.ScopeStamp;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.TraceJoin;
import io.tailrace.topology.meters.SamplerMetrics;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random spans and what the Collector's {@code redaction} processor, v0.161.0, made of them. The
 * file has one configuration a line, then one case a line: indexes of the blocks that applied one
 * after another, the span before, and the span after them.
 */
class CollectorRedactionTest {
  private static final String CASES = "/collector-redactions.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Case(int number, List<String> blocks, JsonNode in, JsonNode out) {
    @Override
    public String toString() {
      return number + " " + String.join(" ", blocks);
    }
  }

  static Stream<Case> cases() throws Exception {
    List<String> configurations = new ArrayList<>();
    List<Case> cases = new ArrayList<>();
    String text =
        new String(
            CollectorRedactionTest.class.getResourceAsStream(CASES).readAllBytes(),
            StandardCharsets.UTF_8);
    for (String line : text.split("\n")) {
      JsonNode json = JSON.readTree(line);
      if (json.has("blocks")) {
        List<String> blocks = new ArrayList<>();
        json.get("blocks").forEach(block -> blocks.add(configurations.get(block.asInt())));
        cases.add(new Case(cases.size(), blocks, json.get("in"), json.get("out")));
      } else {
        configurations.add(line);
      }
    }
    assertThat(cases).hasSizeGreaterThan(100);
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void redactsAsTheCollectorDoes(Case expected) throws Exception {
    StringBuilder document = new StringBuilder("policies: [{name: all, type: always_sample}]\n");
    for (int i = 0; i < expected.blocks.size(); i++) {
      document.append("redaction/" + i + ": " + expected.blocks.get(i) + "\n");
    }
    PolicySet set = SamplerHarness.set(document.toString());
    ExportEditor editor =
        new ExportEditor(
            () -> set, new SamplerMetrics(new SimpleMeterRegistry(), InstantSource.system()));
    TraceJoin join = new TraceJoin();
    editor.begin(List.of(), 0);
    join.add(protobuf(expected.in), new SpanStamp("", result -> {}), new ScopeStamp(), editor);

    assertThat(editor.refusals()).isEmpty();
    TracesData out = TracesData.parseFrom(join.records(Integer.MAX_VALUE).get(0));
    assertThat(comparable(out)).isEqualTo(comparable(TracesData.parseFrom(protobuf(expected.out))));
  }

  private static byte[] protobuf(JsonNode json) throws Exception {
    byte[] text = JSON.writeValueAsBytes(json);
    return OtlpJsonReader.ofTraces().toProtobuf(text, 0, text.length);
  }

  /** In the Collector, a removed attribute leaves its place to the last one. */
  private static List<Object> comparable(TracesData data) {
    ResourceSpans resource = data.getResourceSpans(0);
    ScopeSpans scope = resource.getScopeSpans(0);
    Span span = scope.getSpans(0);
    List<Object> parts = new ArrayList<>();
    parts.add(byKey(resource.getResource().getAttributesList()));
    parts.add(scope.getScope().getName());
    parts.add(byKey(scope.getScope().getAttributesList()));
    parts.add(span.getName());
    parts.add(byKey(span.getAttributesList()));
    span.getEventsList()
        .forEach(event -> parts.add(event.getName() + byKey(event.getAttributesList())));
    return parts;
  }

  private static Map<String, AnyValue> byKey(List<KeyValue> attributes) {
    Map<String, AnyValue> values = new TreeMap<>();
    attributes.forEach(
        attribute ->
            assertThat(values.put(attribute.getKey(), attribute.getValue())).as("once").isNull());
    return values;
  }
}
