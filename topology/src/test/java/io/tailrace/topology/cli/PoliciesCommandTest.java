package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Environment;
import io.tailrace.topology.fleet.PolicyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesCommandTest {
  @TempDir Path dir;
  private Path file;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void nameTheFile() {
    file = dir.resolve("policies.yaml");
  }

  private int validate(String document) throws IOException {
    Files.writeString(file, document);
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute("policies", "validate", file.toString());
  }

  @Test
  void theAuthorIsTheUser_unlessOneIsNamed() {
    TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .execute("policies", "publish", "--help");

    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("(default: the user, " + System.getProperty("user.name") + ")");
  }

  @Test
  void tellsWhatAValidSetKeeps_andWarnsApart() throws Exception {
    int exitCode =
        validate(
            """
            decision_wait: 10s
            num_traces: 5
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - name: no-health
                type: drop
                drop:
                  drop_sub_policy:
                    - {type: string_attribute, string_attribute: {key: http.route, values: [/health]}}
            """);

    assertThat(exitCode).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            file + ": valid, 2 policies",
            "A trace is decided 10s after its first span, or at the configured time after its root span.",
            "Dropped, regardless of other policies:",
            "  no-health   a span's http.route is \"/health\"",
            "Kept if any policy matches; the first match is reported:",
            "  errors   a span has status ERROR",
            "All other traces are not kept.",
            "Late spans can still make a trace match: it is then kept as a whole.");
    assertThat(err.toString().lines())
        .containsExactly(
            file
                + ": num_traces: has no effect here, each task limits open traces by bytes at line 2");
  }

  @Test
  void countsRulesAsRules() throws Exception {
    String rule = "{name: %s, sampler: {type: drop}}";
    assertThat(validate("rules: [" + rule.formatted("a") + "]")).isZero();
    assertThat(validate("rules: [" + rule.formatted("a") + "," + rule.formatted("b") + "]"))
        .isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("valid")))
        .containsExactly(file + ": valid, 1 rule", file + ": valid, 2 rules");
  }

  @Test
  void expandsReferencesToTheEnvironment() throws Exception {
    int exitCode =
        validate(
            """
            decision_wait: ${env:TAILRACE_NO_SUCH_VARIABLE:-10s}
            policies:
              - name: slow
                type: latency
                latency: {threshold_ms: "${env:TAILRACE_NO_SUCH_VARIABLE:-5}"}
            """);

    assertThat(exitCode).isZero();
    assertThat(out.toString()).contains("decided 10s after", "it lasts more than 5ms");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void publishesWhatReferencesStandFor_andOtherDocumentsAsTheyAre() {
    String plain = "# why\npolicies: [{name: a, type: always_sample}]\n";
    Environment environment = new Environment(Map.of("NAME", "42"));
    assertThat(PolicyFile.withoutReferences(plain, environment)).isEqualTo(plain);

    String referring = plain.replace("name: a", "name: '${env:NAME}'");
    String published = PolicyFile.withoutReferences(referring, environment);
    assertThat(PolicySet.parse(published).get().policyNames()).containsExactly("42");
    assertThat(PolicySet.parse(referring).getError().get(0).message())
        .contains("`tailrace policies publish` expands it");
  }

  @Test
  void tellsEveryFaultWithItsPlace_whenTheSetIsInvalid() throws Exception {
    int exitCode =
        validate(
            """
            decision_wait: -10s
            policies:
              - name: slow
                type: latency
                latency: {threshold: 5}
              - name: rest
                type: and
                and:
                  and_sub_policy:
                    - {type: always}
            """);

    assertThat(exitCode).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .as("faults, and no help")
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo(file + ":"),
            line ->
                assertThat(line).isEqualTo("  decision_wait: \"-10s\" (expected: > 0s) at line 1"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "  policies[0].latency.threshold: 5 (expected: a known key: threshold_ms,"
                            + " upper_threshold_ms; did you mean threshold_ms?) at line 5"),
            line ->
                assertThat(line)
                    .startsWith(
                        "  policies[1].and.and_sub_policy[0].type: \"always\" (expected: one of")
                    .endsWith("at line 10"));
  }

  @Test
  void asksForAFileItCanRead() {
    int exitCode =
        TailraceCommand.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("policies", "validate", file.toString());

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith(file + " (expected: a readable file)");
  }
}
