package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertPoliciesCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A failed root span of 1.5 s, and a child span of 10 ms. Each is a trace of its own. */
  private static final String SPANS =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"tier","value":{"stringValue":"gold"}}]},"scopeSpans":[{"scope":{},"spans":[{"traceId":"5b8aa5a2d2c872e8321cf37000000001","spanId":"00f067aa0ba902b7","name":"GET /a","kind":2,"startTimeUnixNano":"1800000000000000000","endTimeUnixNano":"1800000001500000000","attributes":[{"key":"code","value":{"intValue":"503"}},{"key":"flag","value":{"boolValue":true}},{"key":"route","value":{"stringValue":"/cart.x"}}],"status":{"code":2}}]}]}]}
      {"resourceSpans":[{"resource":{"attributes":[{"key":"tier","value":{"stringValue":"gold"}}]},"scopeSpans":[{"scope":{},"spans":[{"traceId":"5b8aa5a2d2c872e8321cf37000000002","spanId":"00f067aa0ba902b7","parentSpanId":"00f067aa0ba902b8","name":"child","kind":3,"startTimeUnixNano":"1800000000000000000","endTimeUnixNano":"1800000000010000000","attributes":[{"key":"code","value":{"stringValue":"200"}},{"key":"tier","value":{"stringValue":"silver"}}],"status":{}}]}]}]}
      """;

  @TempDir Path directory;
  private Conversion conversion;

  @BeforeEach
  void setUp() {
    conversion = new Conversion(directory, "refinery");
  }

  private int convert(String rules, String... options) throws Exception {
    return conversion.convert(rules, options);
  }

  private static String rule(String rest) {
    return """
        RulesVersion: 2
        Samplers:
          __default__:
            RulesBasedSampler:
              Rules:
                - {Name: r, SampleRate: 1, %s}
        """
        .formatted(rest);
  }

  /** Results of Refinery's {@code sample/rules.go} for the two spans. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "Field: code, Operator: '=', Value: 503; true; false",
        "Field: code, Operator: '!=', Value: 503; false; false",
        "Field: code, Operator: '!=', Value: 500; true; false",
        "Field: code, Operator: '>=', Value: 200, Datatype: int; true; true",
        "Field: code, Operator: '>', Value: 200, Datatype: float; true; false",
        "Field: code, Operator: '!=', Value: 503, Datatype: int; false; true",
        "Field: flag, Operator: '=', Value: 1, Datatype: int; false; false",
        "Field: code, Operator: '=', Value: 200, Datatype: string; false; true",
        "Field: none, Operator: '!=', Value: x, Datatype: string; true; true",
        "Field: none, Operator: '!=', Value: x; false; false",
        "Field: none, Operator: '<', Value: a, Datatype: string; true; true",
        "Field: flag, Operator: '=', Value: true; true; false",
        "Field: flag, Operator: '=', Value: true, Datatype: bool; true; false",
        "Field: flag, Operator: '!=', Value: true, Datatype: bool; false; false",
        "Field: tier, Operator: '=', Value: gold; true; false",
        "Field: tier, Operator: '=', Value: silver; false; true",
        "Field: route, Operator: exists; true; false",
        "Field: route, Operator: not-exists; false; true",
        "Field: route, Operator: contains, Value: t.x; true; false",
        "Field: route, Operator: contains, Value: tx; false; false",
        "Field: route, Operator: contains, Value: nil; false; true",
        "Field: route, Operator: does-not-contain, Value: cart; false; true",
        "Field: tier, Operator: does-not-contain, Value: old; false; true",
        "Field: route, Operator: starts-with, Value: /ca; true; false",
        "Field: route, Operator: starts-with, Value: cart; false; false",
        "Field: route, Operator: matches, Value: '^/c.*x$'; true; false",
        "Field: tier, Operator: in, Value: [gold, other]; true; false",
        "Field: tier, Operator: not-in, Value: [gold, other]; false; true",
        "Field: none, Operator: not-in, Value: [gold]; true; true",
        "Field: code, Operator: in, Value: [200, 201], Datatype: int; false; true",
        "Field: code, Operator: not-in, Value: [200, 201], Datatype: int; true; false",
        "Field: none, Operator: in, Value: [gold]; false; false",
        "Fields: [route, tier], Operator: '=', Value: silver; false; true",
        "Fields: [route, tier], Operator: '=', Value: gold; false; false",
        "Field: root.tier, Operator: '=', Value: gold; true; false",
        "Field: root.none, Operator: not-exists; true; false",
        "Operator: has-root-span, Value: true; true; false",
        "Field: trace.parent_id, Operator: exists; false; true",
        "Field: trace.parent_id, Operator: not-exists; true; false",
        "Field: trace.parent_id, Operator: '=', Value: '00f067aa0ba902b8'; false; true",
        "Field: trace.parent_id, Operator: '=', Value: root; false; false",
        "Field: trace.parent_id, Operator: '=', Value: ''; false; false",
        "Field: trace.parent_id, Operator: '=', Value: '', Datatype: string; false; false",
        "Field: trace.parent_id, Operator: '!=', Value: root; false; true",
        "Field: trace.parent_id, Operator: '!=', Value: root, Datatype: string; true; true",
        "Field: trace.parent_id, Operator: not-in, Value: [root]; true; true",
        "Field: root.trace.parent_id, Operator: not-exists; true; false",
        "Field: duration_ms, Operator: '>=', Value: 1500; true; false",
        "Field: duration_ms, Operator: '<', Value: 10.5, Datatype: float; false; true",
        "Field: error, Operator: '=', Value: true; true; false",
        "Field: error, Operator: exists; true; false",
        "Field: error, Operator: not-exists; false; true",
        "Field: status_code, Operator: '=', Value: 2; true; false",
        "Field: name, Operator: starts-with, Value: GET; true; false",
        "Field: name, Operator: '!=', Value: child; true; false",
        "Field: kind, Operator: '=', Value: server; true; false",
        "Field: service.name, Operator: '=', Value: shop; true; false",
        "Field: service.name, Operator: not-exists; false; true",
      })
  void keepsTheMeaningOfACondition(String condition, boolean root, boolean child) throws Exception {
    convert(rule("Conditions: [{" + condition + "}]"));
    conversion.assertReadable();
    String ottl = ((List<?>) conversion.rules().get(0).get("conditions")).get(0).toString();
    String policies =
        JSON.writeValueAsString(
            Map.of(
                "decision_wait",
                "10s",
                "policies",
                List.of(
                    Map.of(
                        "name", "x",
                        "type", "ottl_condition",
                        "ottl_condition",
                            Map.of("error_mode", "propagate", "span", List.of(ottl))))));

    List<String> votes =
        conversion.decisions(policies, SPANS).stream()
            .map(decision -> decision.at("/votes/x").asText())
            .toList();
    assertThat(votes).as(ottl).containsExactly(vote(root), vote(child));
  }

  private static String vote(boolean sampled) {
    return sampled ? "sampled" : "not_sampled";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "Conditions: [{Operator: has-root-span, Value: false}]; the absence of a span",
        "Conditions: [{Field: ?.NUM_DESCENDANTS, Operator: '>', Value: 9}]; computed over",
        "Conditions: [{Field: meta.span_count, Operator: '>', Value: 9}]; not in OTLP",
        "Conditions: [{Field: a, Operator: like, Value: 9}]; a known Operator",
        "Conditions: [{Field: a, Operator: In, Value: [9]}]; a known Operator, in lower case",
        "Conditions: [{Field: a, Operator: matches, Value: '('}]; a regular expression",
        "Conditions: [{Fields: [root.a, b], Operator: exists}]; the root and another span",
        "Conditions: [{Field: a, Operator: '=', Value: x, Datatype: int}]; a number",
        "Conditions: [{Field: a, Operator: '=', Value: x, Datatype: text}]; string, int",
        "Scope: other; span or trace",
        "Scope: span, Conditions: [{Field: root.a, Operator: exists}, {Field: b, Operator: exists}]; on other spans",
      })
  void leavesOutARuleThatCannotBeSaid_andReportsIt(String rest, String why) throws Exception {
    assertThat(convert(rule(rest))).isEqualTo(1);

    assertThat(conversion.err.toString())
        .contains("rules.yaml: line 6: Samplers.__default__.")
        .contains(why);
    conversion.assertReadable();
    assertThat(conversion.rules()).hasSize(1);
    assertThat(conversion.rules().get(0).get("name")).isEqualTo("default/no rule matched");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refinery", "refinery-shapes"})
  void convertsAFile(String name) throws Exception {
    String rules = Conversion.resource(name + ".yaml");

    assertThat(convert(rules)).as("%s", conversion.err).isEqualTo(1);

    conversion.assertReadable();
    assertThat(conversion.out).hasToString(Conversion.resource(name + "-expected.yaml"));
    assertThat(conversion.err).hasToString(Conversion.resource(name + "-expected.txt"));
  }

  /** The root span fails, its child span has {@code code} 200. */
  @ParameterizedTest
  @CsvSource({"trace, sampled", "span, not_sampled"})
  void decidesTracesOfTwoSpans_asTheScopeSays(String scope, String expected) throws Exception {
    String conditions =
        "Scope: %s, Conditions: [{Field: error, Operator: exists}, {Field: code, Operator: '=', Value: '200'}]";
    convert(rule(conditions.formatted(scope)) + "        - {Name: rest, Drop: true}\n");
    conversion.assertReadable();
    String oneTrace =
        SPANS
            .replace("f37000000002", "f37000000001")
            .replace("02b7\",\"parentSpanId", "02b9\",\"parentSpanId");

    List<JsonNode> decisions = conversion.decisions(conversion.out.toString(), oneTrace);

    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).at("/votes").path("default/r").asText())
        .as("%s", decisions)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "DeterministicSampler: {SampleRate: 0}; SampleRate: 0 (expected: a number >= 1",
        "DeterministicSampler: {}; (expected: a number >= 1",
        "EMADynamicSampler: {GoalSampleRate: 2, Weight: 1, FieldList: [a]}; Weight: 1 (expected: in (0,1)",
        "EMADynamicSampler: {GoalSampleRate: 2, MaxKeys: -1, FieldList: [a]}; MaxKeys: -1 (left out",
        "EMADynamicSampler: {GoalSampleRate: 2, AdjustmentInterval: 0s, FieldList: [a]}; (expected: a duration > 0s",
        "TotalThroughputSampler: {GoalThroughputPerSec: 0, FieldList: [a]}; (expected: an integer >= 1",
        "OtherSampler: {}; unknown sampler (all traces are kept)",
      })
  void reportsABadSampler_andPrintsAReadableDocument(String sampler, String why) throws Exception {
    assertThat(convert("{RulesVersion: 2, Samplers: {__default__: {" + sampler + "}}}"))
        .isEqualTo(1);

    assertThat(conversion.err.toString())
        .contains("rules.yaml: line 1: Samplers.__default__.")
        .contains(why);
    conversion.assertReadable();
  }

  @Test
  void reportsAnotherVersion() throws Exception {
    assertThat(convert(rule("Scope: span").replace("Version: 2", "Version: 1"))).isEqualTo(1);

    assertThat(conversion.err.toString()).contains("RulesVersion: 1 (expected: 2;");
    conversion.assertReadable();
  }

  @Test
  void printsNoDocument_ifStrict() throws Exception {
    assertThat(convert(rule("Unknown: 1"), "--strict")).isEqualTo(1);

    assertThat(conversion.out.toString()).isEmpty();
    assertThat(conversion.err.toString()).contains("Unknown: unknown setting");
  }

  @Test
  void exitsWith0_ifNothingIsLost_andWith2_ifUnreadable() throws Exception {
    assertThat(convert(rule("Scope: span"))).isZero();
    assertThat(conversion.err.toString()).isEmpty();
    assertThat(convert("Samplers: [")).isEqualTo(2);
    assertThat(convert("a: b")).isEqualTo(2);
    assertThat(conversion.run("policies", "convert", "--from", "refinery", "/no/such/file"))
        .isEqualTo(2);
  }

  /** Values of another type than that of the field, which OTTL knows beforehand. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "status_code",
        "status_message",
        "error",
        "kind",
        "trace.trace_id",
        "trace.span_id",
        "trace.parent_id",
        "library.name",
        "service.name",
        "other"
      })
  void convertsConditionsOfAnyTypeToAReadableDocument(String field) throws Exception {
    StringBuilder rules = new StringBuilder(rule("Scope: span").replaceFirst(" *- .*\n", ""));
    for (String value : List.of("root", "''", "5", "1.5", "true", "\"a\\u0001\\u0085b\"")) {
      for (String operator : List.of("=", "!=", "<", "contains", "in", "not-in", "exists")) {
        for (String datatype : List.of("", ", Datatype: string", ", Datatype: int")) {
          rules.append(
              "        - {Name: r, Drop: true, Conditions: [{Field: %s, Operator: '%s', Value: %s%s}]}\n"
                  .formatted(field, operator, value, datatype));
        }
      }
    }
    convert(rules.toString());

    conversion.assertReadable();
    assertThat(conversion.rules()).hasSizeGreaterThan(60);
  }

  @Test
  void choosesByDataset() throws Exception {
    convert(
        "{RulesVersion: 2, Samplers: {shop: {DeterministicSampler: {SampleRate: 8}}}}",
        "--samplers-by",
        "dataset");

    assertThat(conversion.rules().get(0).get("conditions"))
        .isEqualTo(List.of("resource.attributes[\"service.name\"] == \"shop\""));
    assertThat(conversion.rules().get(1).get("name")).isEqualTo("default");
  }
}
