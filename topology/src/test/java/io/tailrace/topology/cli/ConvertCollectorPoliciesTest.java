package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertCollectorPoliciesTest {
  private static final String SPAN =
      """
      {"resourceSpans":[{"resource":{"attributes":[%s]},"scopeSpans":[{"spans":[{"traceId":"5b8aa5a2d2c872e8321cf370000000%02d","spanId":"00f067aa0ba902b%d",%s"name":"%s","startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[%s],"status":{"code":%d},"traceState":"%s"}]}]}]}
      """;

  /** Traces that differ in what policies on their content look at; the last one has two spans. */
  private static final String SPANS =
      root(1, "", "GET /a", 10, "", 2, "")
          + root(2, text("tier", "gold"), "GET /b", 10, text("route", "/cart.x"), 1, "")
          + root(3, "", "GET /c", 1_000, integer("code", 503), 0, "vendor=a")
          + root(4, "", "GET /d", 1_001, integer("code", 500), 0, "vendor=b")
          + root(5, "", "GET /e", 10, text("code", "503") + "," + bool("flag", true), 0, "")
          + root(6, "", "GET /f", 10, bool("flag", false), 0, "")
          + root(
              7, "", "GET /g", 2_001, "{\"key\":\"code\",\"value\":{\"doubleValue\":499.5}}", 0, "")
          + root(8, text("tier", "silver"), "GET /h", 10, text("route", "50$%"), 0, "")
          + root(9, "", "GET /i", 10, text("tier", "gold"), 0, "")
          + span(9, 2, "\"parentSpanId\":\"00f067aa0ba902b1\",", "", "child", 5, "", 2, "");

  @TempDir Path directory;
  private Conversion conversion;

  @BeforeEach
  void open() {
    conversion = new Conversion(directory);
  }

  private static String root(
      int trace,
      String resource,
      String name,
      int millis,
      String attributes,
      int status,
      String state) {
    return span(trace, 1, "", resource, name, millis, attributes, status, state);
  }

  private static String span(
      int trace,
      int id,
      String parent,
      String resource,
      String name,
      int millis,
      String attributes,
      int status,
      String state) {
    long start = 1_800_000_000_000_000_000L;
    return SPAN.formatted(
        resource,
        trace,
        id,
        parent,
        name,
        start,
        start + millis * 1_000_000L,
        attributes,
        status,
        state);
  }

  private static String text(String key, String value) {
    return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(key, value);
  }

  private static String integer(String key, long value) {
    return "{\"key\":\"%s\",\"value\":{\"intValue\":\"%d\"}}".formatted(key, value);
  }

  private static String bool(String key, boolean value) {
    return "{\"key\":\"%s\",\"value\":{\"boolValue\":%s}}".formatted(key, value);
  }

  private static String policies(String... policies) {
    return "tail_sampling:\n  decision_wait: 10s\n  decision_wait_after_root_received: 3s\n"
        + "  policies:\n    - {name: p, "
        + String.join("}\n    - {name: q, ", policies)
        + "}\n";
  }

  private int convert(String text, String... options) throws Exception {
    return conversion.convert("collector-policies", text, options);
  }

  private List<String> sampled(String policies) throws Exception {
    return conversion.decisions(policies, SPANS).stream()
        .filter(decision -> decision.path("decision").asText().equals("sampled"))
        .map(decision -> decision.path("trace_id").asText())
        .toList();
  }

  /** The rules keep the same of some traces as the policies that they are made of. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "type: status_code, status_code: {status_codes: [ERROR]}",
        "type: status_code, status_code: {status_codes: [OK, UNSET]}",
        "type: latency, latency: {threshold_ms: 1000}",
        "type: latency, latency: {threshold_ms: 1000, upper_threshold_ms: 2000}",
        "type: string_attribute, string_attribute: {key: tier, values: [gold, other]}",
        "type: string_attribute, string_attribute: {key: code, values: ['503']}",
        "type: string_attribute, string_attribute: {key: route, values: ['cart.', \"x\"], enabled_regex_matching: true, cache_max_size: 9}",
        "type: string_attribute, string_attribute: {key: code, values: ['5'], enabled_regex_matching: true}",
        "type: string_attribute, string_attribute: {key: route, values: ['50$$%']}",
        "type: numeric_attribute, numeric_attribute: {key: code, min_value: 500, max_value: 502}",
        "type: numeric_attribute, numeric_attribute: {key: code, min_value: 499}",
        "type: numeric_attribute, numeric_attribute: {key: code, max_value: 500}",
        "type: boolean_attribute, boolean_attribute: {key: flag, value: true}",
        "type: boolean_attribute, boolean_attribute: {key: flag, value: false}",
        "type: trace_state, trace_state: {key: vendor, values: [b, c]}",
        "type: ottl_condition, ottl_condition: {error_mode: ignore, span: ['attributes[\"code\"] == 503', 'name == \"GET /b\" and resource.attributes[\"tier\"] == \"gold\"']}",
        "type: ottl_condition, ottl_condition: {span: ['IsMatch(name, \"[/]name and (a|f)\") or status.code == STATUS_CODE_ERROR', 'Int(attributes[\"code\"]) > 502']}",
        "type: and, and: {and_sub_policy: [{name: a, type: status_code, status_code: {status_codes: [ERROR]}}, {name: b, type: string_attribute, string_attribute: {key: tier, values: [gold]}}]}",
        "type: and, and: {and_sub_policy: [{name: a, type: always_sample}, {name: b, type: ottl_condition, ottl_condition: {span: ['name == \"child\"', 'name == \"GET /a\"']}}]}",
        "type: drop, drop: {drop_sub_policy: [{name: a, type: status_code, status_code: {status_codes: [ERROR]}}]}}\n    - {name: all, type: always_sample",
      })
  void rulesKeepTheSameTraces(String policy) throws Exception {
    String policies = policies(policy);
    List<String> expected = sampled(policies);
    assertThat(expected).isNotEmpty().hasSizeLessThan(9);

    assertThat(convert(policies)).as("%s", conversion.err).isZero();

    conversion.assertReadable();
    assertThat(sampled(conversion.out.toString())).as("%s", conversion.out).isEqualTo(expected);
  }

  @Test
  void proposesAdaptiveRatesForTheRest_afterAllContent() throws Exception {
    assertThat(
            convert(
                """
                receivers: {}
                processors:
                  tail_sampling/main:
                    decision_wait: 20s
                    decision_wait_after_root_received: 3s
                    num_traces: 1000
                    decision_cache: {sampled_cache_size: 10}
                    policies:
                      - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 2.5}}
                      - name: of one
                        type: and
                        and:
                          and_sub_policy:
                            - {name: a, type: string_attribute, string_attribute: {key: tier, values: [free]}}
                            - {name: b, type: rate_limiting, rate_limiting: {spans_per_second: 35}}
                      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
                      - {name: slow, type: latency, latency: {threshold_ms: 500}}
                """))
        .as("%s", conversion.err)
        .isZero();

    conversion.assertReadable();
    assertThat(conversion.out)
        .hasToString(
            """
            # Proposed for a tail_sampling block. The first rule that matches a trace decides.
            # Traces that no rule matches are not sampled.
            processors:
              adaptive_tail_sampling:
                trace_timeout: 20s
                decision_delay: 3s
                num_traces: 1000
                decision_cache: {sampled_cache_size: 10}
                rules:
                  # processors.tail_sampling/main.policies[2], line 16
                  - name: 'errors'
                    match: any_span
                    conditions:
                      - 'span.status.code == STATUS_CODE_ERROR'
                    sampler:
                      type: always_sample
                  # processors.tail_sampling/main.policies[3], line 17
                  - name: 'slow'
                    match: any_span
                    conditions:
                      - 'IsRootSpan() and (span.end_time_unix_nano - span.start_time_unix_nano) >= 501000000'
                    sampler:
                      type: always_sample
                  # processors.tail_sampling/main.policies[1], line 10
                  - name: 'of one'
                    match: any_span
                    conditions:
                      - '(span.attributes["tier"] == "free") or (resource.attributes["tier"] == "free")'
                    sampler:
                      type: adaptive_throughput
                      goal_throughput: 35
                      fingerprint_attributes:
                        - 'root.service'
                        - 'root.name'
                  # processors.tail_sampling/main.policies[0], line 9
                  - name: 'some'
                    sampler:
                      type: adaptive_percentage
                      goal_percentage: 2.5
                      fingerprint_attributes:
                        - 'root.service'
                        - 'root.name'
            """);
    assertThat(conversion.err.toString())
        .contains(
            "rules.yaml: note: line 10: processors.tail_sampling/main.policies[1]: decides alone")
        .contains("tests the duration of the root span")
        .contains("root.service and root.name are selectors of Tailrace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "type: span_count, span_count: {min_spans: 2}; span_count has no counterpart",
        "type: bytes_limiting, bytes_limiting: {bytes_per_second: 9}; bytes_limiting has no counterpart",
        "type: not, not: {not_sub_policy: {name: a, type: always_sample}}; not has no counterpart",
        "type: string_attribute, string_attribute: {key: a, values: [b], invert_match: true}; no span may match, but rules find spans",
        "type: ottl_condition, ottl_condition: {spanevent: ['name == \"a\"']}; no conditions on events",
        "type: drop, drop: {drop_sub_policy: [{name: a, type: probabilistic, probabilistic: {sampling_percentage: 5}}]}; drop of a share of traces has no counterpart",
        "type: and, and: {and_sub_policy: [{name: a, type: probabilistic, probabilistic: {sampling_percentage: 5}}, {name: b, type: rate_limiting, rate_limiting: {spans_per_second: 5}}]}; a rule has one sampler",
      })
  void leavesOutAPolicyThatRulesCannotExpress_andReportsIt(String policy, String why)
      throws Exception {
    assertThat(convert(policies(policy, "type: always_sample"))).isEqualTo(1);

    assertThat(conversion.err.toString())
        .contains("rules.yaml: line 5: tail_sampling.policies[0]: ")
        .contains(why + " (the policy is left out)");
    conversion.assertReadable();
    assertThat(conversion.rules()).hasSize(1);
    assertThat(conversion.rules().get(0).get("name")).isEqualTo("q");
  }

  @Test
  void reportsASecondPolicyForTheRest_andSettingsWithoutCounterpart() throws Exception {
    String policies =
        policies(
                "type: probabilistic, probabilistic: {sampling_percentage: 5, hash_salt: x}",
                "type: rate_limiting, rate_limiting: {spans_per_second: 5}")
            .replace("  policies:", "  block_on_overflow: true\n  policies:");
    assertThat(convert(policies)).isEqualTo(1);

    assertThat(conversion.err.toString())
        .contains("tail_sampling.policies[1]: only one rule can apply to all other traces, and p")
        .contains("tail_sampling.block_on_overflow: unknown setting (left out)")
        .contains("probabilistic.hash_salt: unknown setting (left out)");
    conversion.assertReadable();
    assertThat(conversion.rules()).hasSize(1);

    conversion.out.getBuffer().setLength(0);
    assertThat(convert(policies, "--strict")).isEqualTo(1);
    assertThat(conversion.out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policies: [",
        "policies: [{name: a, type: probabilistic, probabilistic: {sampling_percentage: x}}]",
        "{adaptive_tail_sampling: {rules: [{name: a, sampler: {type: always_sample}}]}}",
        "a: b",
      })
  void refusesWhatIsNoValidDocumentWithPolicies(String text) throws Exception {
    assertThat(convert(text)).isEqualTo(2);
    assertThat(conversion.out.toString()).isEmpty();
  }

  @Test
  void samplesNothingFor0Percent_andAllFor100() throws Exception {
    assertThat(
            convert(
                policies(
                    "type: probabilistic, probabilistic: {sampling_percentage: 0}",
                    "type: probabilistic, probabilistic: {sampling_percentage: 100}")))
        .isZero();
    conversion.assertReadable();
    JsonNode rules = Conversion.JSON.valueToTree(conversion.rules());
    assertThat(rules.toString())
        .isEqualTo("[{\"name\":\"q\",\"sampler\":{\"type\":\"always_sample\"}}]");
  }
}
