package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** References to the environment, as the Collector's configuration expands them. */
class EnvironmentTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "SERVICE", "checkout-canary",
          "NUMBER", "42",
          "EMPTY", "",
          "LIST", "[ERROR, OK]",
          "OUTER", "${env:SERVICE}",
          "PART", "1${env:NUMBER}",
          "LOOP", "${LOOP}",
          "GROWS", "${GROWS}${GROWS}",
          "NESTED", "[[x]]",
          "QUOTED", "\"7\"");

  private static Validation<Seq<Fault>, PolicySet> parse(String document) {
    return PolicySet.parse(document, new Environment(VARIABLES));
  }

  private static String values(String values) {
    return "policies: [{name: a, type: string_attribute, string_attribute: {key: k, values: "
        + values
        + "}}]";
  }

  private static String latency(String threshold) {
    return "policies:\n  - name: a\n    type: latency\n    latency:\n      threshold_ms: "
        + threshold;
  }

  @Test
  void aCollectorDocumentTakesItsValuesFromTheEnvironment() {
    PolicySet set =
        parse(
                """
                exporters:
                  otlp: {headers: {authorization: "${env:TOKEN}"}}
                processors:
                  tail_sampling:
                    decision_wait: ${env:DECISION_WAIT:-10s}
                    num_traces: ${env:EMPTY}
                    policies:
                      - {name: slow, type: latency, latency: {threshold_ms: "${env:NUMBER}"}}
                      - name: canary
                        type: string_attribute
                        string_attribute: {key: service.name, values: ["${env:SERVICE}"]}
                      - name: share
                        type: probabilistic
                        probabilistic: {sampling_percentage: "${env:PERCENT:-1.5}"}
                      - name: failed
                        type: status_code
                        status_code: {status_codes: "${env:LIST}"}
                """)
            .get();
    assertThat(set.decisionWait()).contains(Duration.ofSeconds(10));
    assertThat(set.warnings()).isEmpty();
    assertThat(set.summary().toString())
        .contains("42ms", "checkout-canary", "1.5 %", "ERROR or OK");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "${env:SERVICE}|checkout-canary",
        "${SERVICE}|checkout-canary",
        "${env:NONE:-acme}|acme",
        "a ${env:SERVICE} b ${NUMBER}|a checkout-canary b 42",
        "${env:NUMBER}|42",
        "${OUTER}|checkout-canary",
        "${PART}|142",
        "${QUOTED}|\"7\"",
        "$$|$",
        "$${env:SERVICE}|${env:SERVICE}",
        "$$${env:SERVICE}|$checkout-canary",
        "$$$${env:SERVICE}|$${env:SERVICE}",
        "a$$b$c|a$b$c",
        "${|${",
        "$}|$}",
      })
  void aTextIsExpanded(String written, String expected) {
    PolicySet set = parse(values("['" + written + "']")).get();
    assertThat(set.summary().toString()).contains('"' + expected + '"');
  }

  @Test
  void aNumberComesOfAReferenceAndOfNothingMore() {
    assertThat(parse(latency("${env:NUMBER}")).get().summary().toString()).contains("42ms");
    assertThat(parse(latency("${env:NONE:-0x10}")).get().summary().toString()).contains("16ms");
    assertThat(parse(latency("1${env:NUMBER}")).getError().get(0).message())
        .contains("policies[0].latency.threshold_ms: \"142\" (expected: an integer");
    assertThat(parse(latency("${PART}")).getError()).hasSize(1);
  }

  @Test
  void aVariableThatIsNotThereIsEmpty_andWarns() {
    PolicySet set = parse(values("['x', '${env:NONE}']")).get();
    assertThat(set.warnings())
        .containsExactly(
            "policies[0].string_attribute.values[1]: environment variable NONE is not set,"
                + " the value is empty at line 1");
    assertThat(parse(values("['x', '${env:NONE:-}', '${EMPTY}']")).get().warnings()).isEmpty();
  }

  @Test
  void whatIsNoReferenceIsAFault() {
    for (String wrong :
        List.of("${file:x.yaml}", "${NONE:-acme}", "${env:1X}", "${1}", "${}", "${env:}")) {
      assertThat(parse(values("['" + wrong + "']")).getError().map(Fault::message))
          .as(wrong)
          .singleElement()
          .asString()
          .startsWith("policies[0].string_attribute.values[0]: ")
          .contains("a reference such as ${env:NAME} or ${env:NAME:-default}");
    }
  }

  @Test
  void variablesThatReferToThemselvesEnd() {
    for (String name : List.of("LOOP", "GROWS")) {
      assertThat(parse(values("['${" + name + "}']")).isInvalid()).as(name).isTrue();
    }
    Environment nested = new Environment(Map.of("X", "- ${X}"));
    assertThat(PolicySet.parse(values("${X}"), nested).isInvalid()).isTrue();
  }

  @Test
  void withoutAnEnvironmentAReferenceIsAFault_andTwoDollarsAreOne() {
    assertThat(PolicySet.parse(values("['${env:SERVICE}']")).getError().map(Fault::message))
        .singleElement()
        .asString()
        .contains("values[0]: \"${env:SERVICE}\"", "`tailrace policies publish` expands it");
    assertThat(PolicySet.parse(values("['a$$b']")).get().summary().toString()).contains("\"a$b\"");
    String elsewhere = "exporters: {otlp: {token: '${env:TOKEN}'}}\nprocessors:\n  tail_sampling: ";
    assertThat(PolicySet.parse(elsewhere + "{" + values("[x]") + "}").isValid()).isTrue();
  }

  @Test
  void anExpandedBlockSaysTheSameWithoutAnEnvironment() {
    String document =
        "exporters: {otlp: {token: '${env:NUMBER}'}}\n"
            + "processors: {tail_sampling: {decision_wait: '${env:WAIT:-5s}', policies: ["
            + "{name: a, type: string_attribute, string_attribute: {key: '${NUMBER}', values:"
            + " ['${NUMBER}', 'x$$y', '$${env:Z}']}},"
            + "{name: b, type: latency, latency: {threshold_ms: '${NUMBER}'}}]}}";
    Environment environment = new Environment(VARIABLES);
    Map<String, Object> block = PolicyDocument.expanded(document, environment).orElseThrow();
    assertThat(block.toString()).doesNotContain("token").contains("key=42", "x$$y", "$${env:Z}");
    String again = Sets.json(block);
    assertThat(again).contains("\"key\":\"42\"", "\"threshold_ms\":42");
    assertThat(PolicySet.parse(again).get().summary())
        .isEqualTo(PolicySet.parse(document, environment).get().summary());
    assertThat(PolicyDocument.expanded(values("[x]"), environment)).isEmpty();
  }

  @Test
  void anExpandedBlockKeepsItsRedactions() {
    String document =
        "processors: {tail_sampling: {policies: [{name: a, type: always_sample}]}, batch: {x:"
            + " '${env:TOKEN}'}, redaction/used: {hash_function: hmac-sha256, allowed_keys:"
            + " ['${NUMBER}', 'x$$y'], hmac_key: '0123456789012345678901234567890${NUMBER}'},"
            + " redaction/not: {allowed_keys: ['${env:TOKEN}']}}\n"
            + "service: {pipelines: {traces: {processors: [redaction/used]}}}";
    Environment environment = new Environment(VARIABLES);
    Map<String, Object> block = PolicyDocument.expanded(document, environment).orElseThrow();
    assertThat(block).containsOnlyKeys("policies", "redaction/used");
    assertThat(block.toString()).contains("x$$y", "hmac_key=012345678901234567890123456789042");
    assertThat(PolicySet.parse(Sets.json(block)).get().summary())
        .isEqualTo(PolicySet.parse(document, environment).get().summary())
        .last()
        .asString()
        .contains("\"42\" or \"x$y\"");
  }
}
