package io.tailrace.loadtests.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.loadtests.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the first steps of a new user: spans from {@code generate}, evaluated by a configuration of
 * realistic size. With {@code -Dtailrace.simulated.spans=1000000}, as many spans as in
 * docs/policies.md.
 */
class SimulateGeneratedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SPANS = Long.getLong("tailrace.simulated.spans", 100_000);

  @TempDir Path directory;

  @Test
  void accountsForEverySpan_andForEveryDecision() throws IOException {
    Path spans = directory.resolve("spans.json.gz");
    Path decisions = directory.resolve("decisions.jsonl");
    run("generate", "--spans", Long.toString(SPANS), "-o", spans.toString());

    JsonNode report =
        JSON.readTree(
            run(
                "simulate",
                "--policies",
                "../deploy/policies/collector-config.yaml",
                "--compare",
                "../deploy/policies/checkout.yaml",
                "--input",
                spans.toString(),
                "--format",
                "json",
                "--decisions",
                decisions.toString()));

    assertThat(report.at("/input/unreadable").asLong()).isZero();
    assertThat(report.at("/input/invalid_spans").asLong()).isZero();
    for (String set : new String[] {"/result", "/compared_with"}) {
      assertThat(report.at(set + "/total/spans").asLong()).isBetween(SPANS, SPANS + 1_000);
      assertThat(
              report.at(set + "/sampled/spans").asLong()
                  + report.at(set + "/not_sampled/spans").asLong()
                  + report.at(set + "/dropped/spans").asLong())
          .isEqualTo(report.at(set + "/total/spans").asLong());
    }
    Map<String, Long> credited = new HashMap<>();
    long lines = 0;
    try (Stream<String> written = Files.lines(decisions)) {
      for (String line : (Iterable<String>) written::iterator) {
        lines++;
        String policy = JSON.readTree(line).get("policy").asText("");
        credited.merge(policy, 1L, Long::sum);
      }
    }
    assertThat(lines).isEqualTo(report.at("/result/total/traces").asLong());
    assertThat(report.at("/result/by_policy")).hasSizeGreaterThanOrEqualTo(20);
    for (JsonNode policy : report.at("/result/by_policy")) {
      assertThat(policy.at("/credited/traces").asLong())
          .as(policy.at("/policy").asText())
          .isEqualTo(credited.getOrDefault(policy.at("/policy").asText(), 0L));
    }
    long both = report.at("/difference/kept_by_both/traces").asLong();
    assertThat(both + report.at("/difference/only_here/kept/traces").asLong())
        .isEqualTo(report.at("/result/sampled/traces").asLong());
    assertThat(both + report.at("/difference/only_compared/kept/traces").asLong())
        .isEqualTo(report.at("/compared_with/sampled/traces").asLong());
  }

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    int exitCode = Main.commandLine().setOut(new PrintWriter(out, true)).execute(arguments);
    assertThat(exitCode).isZero();
    return out.toString();
  }
}
