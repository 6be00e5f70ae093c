package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code simulate} shows of policies that learn. */
class SimulateKeysTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_NANOS = 1_800_000_000_000_000_000L;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final SplittableRandom random = new SplittableRandom(3);
  private final List<String> lines = new ArrayList<>();

  private void span(int second, String name, String user) {
    lines.add(
        """
        {"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"%016x%016x",\
        "spanId":"00f067aa0ba902b7","name":"%s","startTimeUnixNano":"%d","endTimeUnixNano":"%d",\
        "attributes":[{"key":"user","value":{"stringValue":"%s"}}]}]}]}]}"""
            .formatted(
                random.nextLong(),
                random.nextLong(),
                name,
                START_NANOS + second * 1_000_000_000L,
                START_NANOS + second * 1_000_000_000L,
                user));
  }

  /** Writes 60 seconds with 50 traces of one name and one of thirty others each. */
  private void write() {
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 50; i++) {
        span(second, "frequent", "u" + (second * 50 + i));
      }
      span(second, "rare " + second % 30, "u");
    }
  }

  private String simulate(String policies, String... more) throws IOException {
    Path document = Files.writeString(directory.resolve("policies.yaml"), policies);
    Path input = Files.write(directory.resolve("spans.jsonl"), lines);
    List<String> arguments =
        new ArrayList<>(
            List.of("simulate", "--policies", document.toString(), "--input", input.toString()));
    arguments.addAll(List.of(more));
    out.getBuffer().setLength(0);
    assertThat(
            TailraceCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute(arguments.toArray(String[]::new)))
        .isZero();
    return out.toString();
  }

  private static String share(String selectors) {
    return """
    decision_wait: 2s
    policies:
      - {name: drops, type: drop, drop: {drop_sub_policy: [{type: string_attribute,
          string_attribute: {key: user, values: [nobody]}}]}}
      - name: share
        type: adaptive_percentage
        adaptive_percentage: {goal_percentage: 20, adjustment_interval: 2s,
          fingerprint_attributes: [%s]}
    """
        .formatted(selectors);
  }

  @Test
  void showsTheKeysOfMostTraffic_andTheRestInOneLine() throws IOException {
    write();
    JsonNode report = JSON.readTree(simulate(share("root.name"), "--format", "json"));

    assertThat(report.at("/result/warnings").isMissingNode()).isTrue();
    JsonNode keys = report.at("/result/by_key/0");
    assertThat(keys.at("/policy").asText()).isEqualTo("share");
    assertThat(keys.at("/keys").asInt()).isEqualTo(31);
    assertThat(keys.at("/top")).hasSize(20);
    JsonNode frequent = keys.at("/top/0");
    assertThat(frequent.at("/key").asText()).isEqualTo("frequent");
    assertThat(frequent.at("/traces").asInt()).isEqualTo(3_000);
    assertThat(frequent.at("/kept_spans").asDouble() / 3_000).isBetween(.05, .25);
    assertThat(frequent.at("/probability").asDouble()).isBetween(.05, .25);
    assertThat(frequent.at("/adjusted_count").asDouble()).isCloseTo(3_000, within(600.));
    assertThat(keys.at("/rest/traces").asInt()).as("11 rare keys, twice").isEqualTo(22);
    assertThat(keys.at("/rest/adjusted_count").asDouble()).isCloseTo(22, within(15.));
    assertThat(keys.at("/rest/probability").isNull()).isTrue();
    long kept =
        keys.at("/rest/kept_spans").asLong()
            + keys.at("/top").findValues("kept_spans").stream().mapToLong(JsonNode::asLong).sum();
    assertThat(kept).isEqualTo(report.at("/result/sampled/spans").asLong());

    assertThat(simulate(share("root.name")).lines())
        .anyMatch(line -> line.matches("key of share +traces +spans +kept spans .*"))
        .anyMatch(line -> line.matches("frequent +3,000 +3,000 +\\d+ +0\\.\\d{4} +[\\d,]+"))
        .anyMatch(line -> line.matches("\\(11 others\\) +22 +22 +\\d+ +\\d+"));
  }

  @Test
  void warnsOfASelectorThatGivesEachTraceAKey() throws IOException {
    write();
    assertThat(simulate(share("root.name, 'span.attributes[\"user\"]'")))
        .contains(
            "warning: share: span.attributes[\"user\"]: most traces have a key of their own"
                + " (expected: an attribute that classifies traffic)");
  }

  @Test
  void warnsOfAGoalBelowOneTraceASecond() throws IOException {
    write();
    String policies =
        """
        policies:
          - name: budget
            type: adaptive_throughput
            adaptive_throughput: {goal_throughput: 0.5, fingerprint_attributes: [root.name]}
        """;
    assertThat(simulate(policies))
        .contains(
            "warning: budget: goal of 0.500 spans a second and partition, a trace has 1.00 on"
                + " average (expected: at least one trace a second and partition, else decisions"
                + " wait)");
    assertThat(simulate(policies.replace("0.5", "1.5"))).doesNotContain("warning");
  }

  @Test
  void saysWhenKeysBurned() throws IOException {
    for (int second = 0; second < 120; second++) {
      for (int i = 0; i < 20; i++) {
        boolean isBad = second >= 30 && second < 60;
        span(second, "frequent", isBad ? "bad" : "good");
        span(second, "other", "good");
      }
    }
    String policies =
        """
        decision_wait: 2s
        policies:
          - name: burn
            type: slo_burn
            slo_burn:
              objective: 90
              bad: {type: string_attribute, string_attribute: {key: user, values: [bad]}}
              key: [root.name]
              windows: [{long: 60s, short: 12s, burn_rate: 2}]
        """;
    JsonNode burns = JSON.readTree(simulate(policies, "--format", "json")).at("/result/burns");
    assertThat(burns).hasSize(1);
    assertThat(burns.at("/0/policy").asText()).isEqualTo("burn");
    assertThat(burns.at("/0/key").asText()).isEqualTo("frequent");
    assertThat(Instant.parse(burns.at("/0/from").asText()).getEpochSecond() - 1_800_000_000L)
        .isBetween(36L, 48L);
    assertThat(Instant.parse(burns.at("/0/until").asText()).getEpochSecond() - 1_800_000_000L)
        .isBetween(62L, 76L);
    assertThat(burns.at("/0/rate").asDouble()).isBetween(2., 10.);
    assertThat(simulate(policies).lines())
        .anyMatch(line -> line.matches("burning key +of +from +until +highest rate"))
        .anyMatch(line -> line.matches("frequent +burn +2027-\\S+Z +2027-\\S+Z +\\d\\.\\d+"));
  }
}
