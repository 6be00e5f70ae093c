package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertCollectorPoliciesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START = 1_800_000_000_000_000_000L;
  private static final long MILLI = 1_000_000;

  @TempDir Path directory;
  private Conversion conversion;

  @BeforeEach
  void setUp() {
    conversion = new Conversion(directory, "collector-policies");
  }

  @Test
  void redactionsAreReported_whereverTheyStand() throws Exception {
    String policies = "policies: [{name: all, type: always_sample}]";
    conversion.convert("redaction: {}\n" + policies);
    conversion.convert("tail_sampling: {" + policies + "}\nredaction/b: {}\n");

    assertThat(conversion.err.toString().lines().filter(line -> line.contains("redaction")))
        .hasSize(2)
        .anySatisfy(
            line -> assertThat(line).contains("redaction is left out (copy it beside the rules)"))
        .anySatisfy(line -> assertThat(line).contains("redaction/b is left out"));
  }

  @Test
  void filtersAreReported_andWhatRulesHaveTooIsCopied() throws Exception {
    conversion.convert(
        "follow_links: true\nreconsider_late: false\n"
            + "filter/x: {traces: {span: ['kind == 1']}}\n"
            + "policies: [{name: all, type: always_sample}]");

    assertThat(conversion.out.toString()).contains("follow_links: true", "reconsider_late: false");
    assertThat(conversion.err.toString())
        .contains("filter/x is left out (copy it beside the rules)")
        .doesNotContain("no counterpart");
  }

  /** Traces 1 to 9, most with several spans. */
  private static String spans() throws Exception {
    Map<String, Object> gold = Map.of("service.name", "shop", "tier", "gold");
    Map<String, Object> none = Map.of();
    return String.join(
        "\n",
        span(1, true, gold, Map.of("code", 503L, "route", "/cart.x"), Map.of("status", code(2))),
        span(1, false, gold, Map.of("code", "200"), Map.of()),
        span(2, true, none, Map.of("code", 200L, "flag", true), Map.of("status", code(1))),
        span(2, false, none, Map.of("route", "x\ny\u0001\"\\$"), Map.of("flags", 257)),
        span(3, false, Map.of("flag", true, "code", 404L), none, Map.of("traceState", "v=a,o=b")),
        span(4, true, none, Map.of("code", 250.5, "flag", false), Map.of("flags", 256)),
        span(4, false, gold, Map.of("tier", "silver"), Map.of("status", code(2))),
        span(5, true, Map.of("tier", ""), Map.of("code", -7L, "flag", "true"), Map.of()),
        span(5, false, none, Map.of("route", ""), Map.of("traceState", "v=b", "flags", 3)),
        span(6, true, none, Map.of("a", 1L), Map.of("status", code(1))),
        span(6, false, none, Map.of("b", 2L), Map.of()),
        span(7, true, none, Map.of("a", 1L, "b", 2L), Map.of()),
        span(8, true, none, none, Map.of("endTimeUnixNano", end(501 * MILLI))),
        span(9, true, none, none, Map.of("endTimeUnixNano", end(501 * MILLI - 1))));
  }

  private static Map<String, Object> code(int code) {
    return Map.of("code", code);
  }

  private static String end(long nanos) {
    return Long.toString(START + nanos);
  }

  private static String span(
      int trace,
      boolean isRoot,
      Map<String, Object> resource,
      Map<String, Object> attributes,
      Map<String, Object> more)
      throws Exception {
    Map<String, Object> span = new HashMap<>();
    span.put("traceId", "5b8aa5a2d2c872e8321cf3700000000" + trace);
    span.put("spanId", isRoot ? "00f067aa0ba902b7" : "00f067aa0ba902b8");
    span.put("parentSpanId", isRoot ? "" : "00f067aa0ba902b7");
    span.put("name", isRoot ? "root" : "child");
    span.put("startTimeUnixNano", Long.toString(START));
    span.put("endTimeUnixNano", end(10 * MILLI));
    span.put("attributes", attributes(attributes));
    span.putAll(more);
    return JSON.writeValueAsString(
        Map.of(
            "resourceSpans",
            List.of(
                Map.of(
                    "resource", Map.of("attributes", attributes(resource)),
                    "scopeSpans", List.of(Map.of("scope", Map.of(), "spans", List.of(span)))))));
  }

  private static List<Object> attributes(Map<String, Object> values) {
    List<Object> attributes = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          String type =
              value instanceof Long
                  ? "intValue"
                  : value instanceof Double
                      ? "doubleValue"
                      : value instanceof Boolean ? "boolValue" : "stringValue";
          attributes.add(Map.of("key", key, "value", Map.of(type, value)));
        });
    return attributes;
  }

  private static String policies(String... policies) {
    return "decision_wait: 10s\ndecision_wait_after_root_received: 2s\npolicies:\n  - {name: p, "
        + String.join("}\n  - {name: other, ", policies)
        + "}\n";
  }

  private Set<Integer> kept(String policies) throws Exception {
    Set<Integer> kept = new TreeSet<>();
    for (JsonNode decision : conversion.decisions(policies, spans())) {
      String id = decision.get("trace_id").asText();
      if (decision.get("decision").asText().equals("sampled")) {
        kept.add(Integer.valueOf(id.substring(id.length() - 1)));
      }
    }
    return kept;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "type: status_code, status_code: {status_codes: [ERROR]}; 14",
        "type: status_code, status_code: {status_codes: [OK, ERROR]}; 1246",
        "type: string_attribute, string_attribute: {key: tier, values: [silver]}; 4",
        "type: string_attribute, string_attribute: {key: tier, values: [gold, '', silver]}; 14",
        "type: string_attribute, string_attribute: {key: code, values: ['200', '404']}; 1",
        "type: string_attribute, string_attribute: {key: code, values: ['.'], enabled_regex_matching: true}; 1",
        "type: string_attribute, string_attribute: {key: route, values: ['a', 'xyz'], enabled_regex_matching: true}; 1",
        "type: string_attribute, string_attribute: {key: route, values: ['^/.*x$$', '^.?$$'], enabled_regex_matching: true}; 1",
        "type: string_attribute, string_attribute: {key: route, values: ['.*'], enabled_regex_matching: true}; 12",
        "type: string_attribute, string_attribute: {key: route, values: [\"x\\ny\\u0001\\\"\\\\$$\"]}; 2",
        "type: numeric_attribute, numeric_attribute: {key: code, min_value: 250, max_value: 450}; 34",
        "type: numeric_attribute, numeric_attribute: {key: code, min_value: 404}; 13",
        "type: numeric_attribute, numeric_attribute: {key: code, min_value: -10, max_value: 200}; 25",
        "type: numeric_attribute, numeric_attribute: {key: code, max_value: -7}; 5",
        "type: boolean_attribute, boolean_attribute: {key: flag, value: true}; 23",
        "type: boolean_attribute, boolean_attribute: {key: flag}; 4",
        "type: trace_state, trace_state: {key: v, values: [a, c]}; 3",
        "type: trace_flags; 25",
        "type: ottl_condition, ottl_condition: {span: ['attributes[\"a\"] == 1', 'span.attributes[\"code\"] == 503']}; 167",
        "type: ottl_condition, ottl_condition: {error_mode: ignore, span: ['Substring(attributes[\"none\"], 0, 1) == \"x\"', 'name == \"root\" and attributes[\"b\"] == 2']}; 7",
        "type: and, and: {and_sub_policy: [{type: numeric_attribute, numeric_attribute: {key: a, min_value: 1}}, {type: numeric_attribute, numeric_attribute: {key: b, min_value: 1}}]}; 67",
        "type: and, and: {and_sub_policy: [{type: always_sample}, {type: status_code, status_code: {status_codes: [OK]}}, {type: and, and: {and_sub_policy: [{type: ottl_condition, ottl_condition: {span: ['attributes[\"b\"] == 2', 'attributes[\"flag\"] == true']}}]}}]}; 26",
        "type: and, and: {and_sub_policy: [{type: status_code, status_code: {status_codes: [ERROR]}}, {type: probabilistic, probabilistic: {sampling_percentage: 100}}]}; 14",
        "type: latency, latency: {threshold_ms: 500}; 8",
        "type: latency, latency: {threshold_ms: 499, upper_threshold_ms: 500}; 9",
      })
  void keepsTheTracesThatThePolicyKeeps(String policy, String expected) throws Exception {
    Set<Integer> traces = new TreeSet<>();
    expected.chars().forEach(digit -> traces.add(Character.digit(digit, 10)));
    String original = policies(policy);

    assertThat(conversion.convert(original)).as("%s", conversion.err).isZero();

    conversion.assertReadable();
    String converted = conversion.out.toString();
    assertThat(kept(original)).isEqualTo(traces);
    assertThat(kept(converted)).as(converted).isEqualTo(traces);
  }

  @Test
  void keepsTheTracesOfSeveralPolicies_withoutDroppedOnes() throws Exception {
    String original =
        policies(
            "type: string_attribute, string_attribute: {key: tier, values: [gold]}",
            "type: always_sample");
    original =
        original.replace("name: other", "name: all")
            + "  - {name: no, type: drop, drop: {drop_sub_policy: [{type: status_code, status_code:"
            + " {status_codes: [ERROR]}}]}}\n";

    assertThat(conversion.convert(original)).as("%s", conversion.err).isZero();

    conversion.assertReadable();
    String converted = conversion.out.toString();
    assertThat(kept(original)).containsExactly(2, 3, 5, 6, 7, 8, 9);
    assertThat(kept(converted)).as(converted).isEqualTo(kept(original));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "type: string_attribute, string_attribute: {key: a, values: [b], invert_match: true}; policies[0].string_attribute.invert_match: a condition sees one span",
        "type: span_count, span_count: {min_spans: 2}; policies[0].span_count: a condition does not see the number",
        "type: not, not: {not_sub_policy: {type: always_sample}}; policies[0].not: a condition sees one span",
        "type: composite, composite: {composite_sub_policy: [{name: a, type: always_sample}]}; policies[0].composite: rules do not share",
        "type: bytes_limiting, bytes_limiting: {bytes_per_second: 9}; policies[0].bytes_limiting: goals are in spans",
        "type: ottl_condition, ottl_condition: {spanevent: ['name == \"x\"']}; policies[0].ottl_condition.spanevent: a condition of a rule sees spans",
        "type: drop, drop: {drop_sub_policy: [{type: probabilistic, probabilistic: {sampling_percentage: 9}}]}; policies[0].drop.drop_sub_policy: a rule drops all",
        "type: and, and: {and_sub_policy: [{type: always_sample}, {type: span_count, span_count: {}}]}; policies[0].and.and_sub_policy[1].span_count: a condition does",
        "type: and, and: {and_sub_policy: [{type: rate_limiting, rate_limiting: {spans_per_second: 1}}, {type: probabilistic, probabilistic: {sampling_percentage: 9}}]}; policies[0].and.and_sub_policy[1]: a rule has one sampler",
        "shadow: true, type: trace_flags; policies[0].shadow: a rule has no shadow",
      })
  void leavesOutAPolicyThatCannotBeSaid_andReportsIt(String policy, String why) throws Exception {
    assertThat(conversion.convert(policies(policy, "type: trace_flags"))).isEqualTo(1);

    assertThat(conversion.err.toString()).contains("rules.yaml: line 4: " + why);
    conversion.assertReadable();
    assertThat(conversion.rules()).extracting("name").containsExactly("other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"collector", "collector-limits"})
  void convertsAFile(String name) throws Exception {
    assertThat(conversion.convert(Conversion.resource(name + ".yaml"))).isEqualTo(1);

    conversion.assertReadable();
    assertThat(conversion.out).hasToString(Conversion.resource(name + "-expected.yaml"));
    assertThat(conversion.err).hasToString(Conversion.resource(name + "-expected.txt"));
  }

  @Test
  void replacesEnvironmentReferences() throws Exception {
    String policy = "type: status_code, status_code: {status_codes: ['${env:NOT_SET_42:-ERROR}']}";

    assertThat(conversion.convert(policies(policy))).as("%s", conversion.err).isZero();

    conversion.assertReadable();
    assertThat(conversion.rules().get(0).get("conditions"))
        .isEqualTo(List.of("span.status.code == STATUS_CODE_ERROR"));
    assertThat(conversion.err.toString()).contains("note: ").contains("environment references");
  }

  @Test
  void leavesOutPoliciesThatTheLastRuleCovers() throws Exception {
    String limit = "{type: rate_limiting, rate_limiting: {spans_per_second: 5}}";
    String policy = "type: and, and: {and_sub_policy: [{type: trace_flags}, " + limit + "]}";

    assertThat(conversion.convert(policies(policy, "type: always_sample"))).isZero();

    conversion.assertReadable();
    assertThat(conversion.rules()).extracting("name").containsExactly("other");
    assertThat(conversion.err.toString())
        .contains("policies[0]: samples no more than policies[1] does (left out)");
  }

  @Test
  void limitsTheRulesOfAPolicy() throws Exception {
    String two = "{type: ottl_condition, ottl_condition: {span: ['kind == 1', 'kind == 2']}}";
    String policy = "type: and, and: {and_sub_policy: [" + (two + ", ").repeat(9) + two + "]}";

    assertThat(conversion.convert(policies(policy))).isEqualTo(1);

    assertThat(conversion.err.toString()).contains("more than 100 combinations");
    conversion.assertReadable();
  }

  @Test
  void keepsARule_ifNoPolicyHasACounterpart() throws Exception {
    conversion.convert(policies("type: span_count, span_count: {min_spans: 2}"));

    conversion.assertReadable();
    assertThat(conversion.rules()).extracting("name").containsExactly("default");
  }

  @Test
  void exitsWith2_ifTheDocumentIsNotValid() throws Exception {
    assertThat(conversion.convert(policies("type: latency, latency: {threshold_ms: x}")))
        .isEqualTo(2);
    assertThat(conversion.err.toString()).contains("policies[0].latency.threshold_ms: \"x\"");
    assertThat(conversion.convert("rules: [{name: a, sampler: {type: always_sample}}]"))
        .isEqualTo(2);
    assertThat(conversion.err.toString()).contains("a tail_sampling block, this one has rules");
    assertThat(conversion.out.toString()).isEmpty();
  }

  @Test
  void printsNoDocument_ifStrict() throws Exception {
    String policies = policies("type: span_count, span_count: {min_spans: 2}");

    assertThat(conversion.convert(policies, "--strict")).isEqualTo(1);

    assertThat(conversion.out.toString()).isEmpty();
  }
}
