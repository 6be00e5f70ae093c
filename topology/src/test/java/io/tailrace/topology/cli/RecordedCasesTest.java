package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.document.Environment;
import io.tailrace.topology.fleet.PolicyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replays whole recorded cases with {@code simulate}: {@code spans.jsonl}, a policy file, and what
 * is expected of each trace. What an expectation does not name is not compared.
 */
class RecordedCasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CASES = Path.of("src/test/resources/recorded-cases");
  private static final String COMMENT = "what";
  private static final Environment ENVIRONMENT =
      new Environment(Map.of("CANARY_SERVICE", "checkout-canary", "NUM_TRACES", "50000"));

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "01-composite-unlisted-allocation, policies.yaml, expected.jsonl",
    "20-environment-variables, policies.yaml, expected.jsonl",
    "20-environment-variables, policies-texts-only.yaml, expected.jsonl",
    "22-yaml-as-people-write-it, policies.yaml, expected.jsonl",
    "22-yaml-as-people-write-it, policies-merge-key.yaml, expected-merge-key.jsonl",
    "30-one-timestamp-in-the-far-future, policies.yaml, expected.jsonl",
    "32-the-same-attribute-twice, policies.yaml, expected.jsonl"
  })
  void decidesAsExpected(String name, String policies, String expected) throws IOException {
    Path recorded = CASES.resolve(name);
    String document = Files.readString(recorded.resolve(policies));
    Path file = directory.resolve(policies);
    Files.writeString(file, PolicyFile.withoutReferences(document, ENVIRONMENT));
    Path decisions = directory.resolve("decisions.jsonl");

    StringWriter err = new StringWriter();
    int exitCode =
        TailraceCommand.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err, true))
            .execute(
                "simulate",
                "--policies",
                file.toString(),
                "--input",
                recorded.resolve("spans.jsonl").toString(),
                "--decisions",
                decisions.toString());

    assertThat(exitCode).as("exit code, with errors %s", err).isZero();
    Map<String, JsonNode> actual = byTrace(decisions);
    Map<String, JsonNode> wanted = byTrace(recorded.resolve(expected));
    assertThat(actual).containsOnlyKeys(wanted.keySet());
    wanted.forEach((trace, expectation) -> assertContains(actual.get(trace), expectation));
  }

  private static Map<String, JsonNode> byTrace(Path lines) throws IOException {
    Map<String, JsonNode> byTrace = new HashMap<>();
    for (String line : Files.readAllLines(lines)) {
      JsonNode json = JSON.readTree(line);
      assertThat(byTrace.put(json.get("trace_id").asText(), json)).isNull();
    }
    return byTrace;
  }

  private static void assertContains(JsonNode decision, JsonNode expected) {
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      if (!field.getKey().equals(COMMENT)) {
        assertThat(decision.get(field.getKey()))
            .as("%s of %s", field.getKey(), decision)
            .isEqualTo(field.getValue());
      }
    }
  }
}
