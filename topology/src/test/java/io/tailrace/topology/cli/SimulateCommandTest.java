package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_NANOS = 1_800_000_000_000_000_000L;
  private static final int ERROR = 2;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path policies;
  private Path input;

  @BeforeEach
  void write() throws IOException {
    policies =
        write(
            "policies.yaml",
            """
            processors:
              tail_sampling:
                decision_wait: 10s
                policies:
                  - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
                  - {name: slow, type: latency, latency: {threshold_ms: 900}}
                  - {name: health, type: drop, drop: {drop_sub_policy: [{type: string_attribute,
                      string_attribute: {key: http.route, values: [/health]}}]}}
            """);
    input =
        write(
            "spans.jsonl",
            line(1, 0, 200, "GET /cart", "", ERROR),
            line(2, 100, 1_000, "GET /slow", "", 0),
            line(3, 300, 10, "GET /health", "/health", ERROR),
            "",
            line(1, 400, 100, null, "", ERROR),
            "{\"resourceMetrics\":[]}",
            line(4, 500, 20, "GET /", "", 0),
            line(1, 60_000, 5, null, "", 0));
  }

  @Test
  void writesALineForEachTrace() throws IOException {
    Path decisions = directory.resolve("decisions.jsonl");

    assertThat(simulate("--decisions", decisions.toString())).isZero();

    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(decisions)) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines)
        .extracting(l -> l.get("trace_id").asText())
        .containsExactly(id(1), id(2), id(3), id(4));
    assertThat(lines.get(0))
        .isEqualTo(
            JSON.readTree(
                """
        {"trace_id": "%s", "decision": "sampled", "policy": "errors",
         "decided_at": "2027-01-15T08:00:10.200Z", "threshold": "0", "adjusted_count": 1.0,
         "votes": {"errors": "sampled", "slow": "not_sampled", "health": "not_sampled"},
         "spans": 2, "bytes": %d, "duration_ms": 500, "root": "GET /cart", "errors": 2}
        """
                    .formatted(id(1), lines.get(0).get("bytes").asInt())));
    assertThat(lines.get(0).get("bytes").asInt()).isBetween(100, 400);
    assertThat(lines.get(1).get("policy").asText()).isEqualTo("slow");
    assertThat(lines.get(2))
        .isEqualTo(
            JSON.readTree(
                """
        {"trace_id": "%s", "decision": "dropped", "policy": "health",
         "decided_at": "2027-01-15T08:00:11.100Z",
         "votes": {"errors": "not_evaluated", "slow": "not_evaluated", "health": "dropped"},
         "spans": 1, "bytes": %d, "duration_ms": 10, "root": "GET /health", "errors": 1}
        """
                    .formatted(id(3), lines.get(2).get("bytes").asInt())));
    assertThat(lines.get(3).get("decision").asText()).isEqualTo("not_sampled");
    assertThat(lines.get(3).get("policy").isNull()).isTrue();
  }

  @Test
  void showsJson() throws IOException {
    assertThat(simulate("--format", "json")).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.at("/input/records").asInt()).isEqualTo(6);
    assertThat(report.at("/input/skipped").asInt()).isEqualTo(1);
    assertThat(report.at("/input/unreadable").asInt()).isZero();
    assertThat(report.at("/result/total/traces").asInt()).isEqualTo(4);
    assertThat(report.at("/result/total/spans").asInt()).isEqualTo(6);
    assertThat(report.at("/result/sampled/spans").asInt()).as("the late one, too").isEqualTo(4);
    assertThat(report.at("/result/late_spans").asInt()).isEqualTo(1);
    assertThat(report.at("/result/dropped/share/traces").asDouble()).isEqualTo(0.25);
    JsonNode errors = report.at("/result/by_policy/0");
    assertThat(errors.at("/policy").asText()).isEqualTo("errors");
    assertThat(errors.at("/votes/sampled").asInt()).isEqualTo(1);
    assertThat(errors.at("/votes/not_sampled").asInt()).isEqualTo(2);
    assertThat(errors.at("/votes/not_evaluated").asInt()).isEqualTo(1);
    assertThat(errors.at("/credited/spans").asInt()).isEqualTo(3);
    JsonNode services = report.at("/result/by_service");
    assertThat(services).as("records without a service name").hasSize(1);
    assertThat(services.at("/0/service").asText()).isEqualTo("(no root span)");
    assertThat(services.at("/0/total/traces").asInt()).isEqualTo(4);
    assertThat(services.at("/0/sampled/traces").asInt()).isEqualTo(2);
    assertThat(report.at("/result/sampled_a_day/traces").asInt())
        .as("two in 59.805 seconds are too few to tell")
        .isZero();
    assertThat(report.has("compared_with")).isFalse();
    assertThat(report.at("/result").has("decision_wait_after_root_ms")).isFalse();
  }

  @Test
  void oneSpanThatEndsIn2075HarmsItsOwnTraceOnly() throws IOException {
    long fiftyYears = 1_577_880_000_000L;
    input =
        write(
            "future.jsonl",
            line(1, 0, 500, null, "", 0),
            line(2, 900, fiftyYears, null, "", 0),
            line(1, 1_500, 500, null, "", ERROR),
            line(3, 2_500, 500, null, "", 0),
            line(3, 3_500, 500, null, "", ERROR),
            line(4, 60_000, 100, null, "", 0));
    policies =
        write(
            "errors.yaml",
            "decision_wait: 10s",
            "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]");

    assertThat(simulate("--format", "json")).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.at("/result/sampled/traces").asInt()).isEqualTo(2);
    assertThat(report.at("/result/sampled/spans").asInt()).isEqualTo(4);
    assertThat(report.at("/result/late_spans").asInt()).isZero();
    assertThat(report.at("/input/spans_ahead").asInt()).isEqualTo(1);
    assertThat(report.at("/input/from").asText()).startsWith("2027-01-15T08:00:00.5");
    assertThat(report.at("/input/to").asText()).startsWith("2027-01-15T08:01:00.1");
    out.getBuffer().setLength(0);
    assertThat(simulate()).isZero();
    assertThat(out.toString())
        .contains(
            "spans that end more than an hour after those around them, not counted as log time: 1");
  }

  @Test
  void showsTheWaitAfterTheRoot() throws IOException {
    policies =
        write(
            "root.yaml",
            "decision_wait: 90s",
            "decision_wait_after_root_received: 5s",
            "policies: [{name: all, type: always_sample}]");

    assertThat(simulate()).isZero();
    assertThat(out.toString())
        .contains("(decided 1m30s after the first span, or 5s after the root span)");
  }

  @Test
  void showsATable() {
    assertThat(simulate()).isZero();

    assertThat(out.toString())
        .contains("6 spans in 4 traces")
        .contains("kept traces represent 2 ± 0 of 2 traces")
        .containsPattern("errors +1 +0 +1 +1 +3 +\\d+ B +25.00 %")
        .containsPattern("= sampled +2 +4 +\\d+ B +50.00 %")
        .containsPattern("= dropped +1 +1 ")
        .contains("late spans, after the verdict of their trace: 1")
        .contains("such as metrics or logs: 1");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void comparesWithAnotherSet_thatWaitsForAnotherTime() throws IOException {
    Path other =
        write(
            "other.yaml",
            """
            decision_wait: 100ms
            reconsider_late: false
            policies:
              - {name: slow, type: latency, latency: {threshold_ms: 900}}
              - {name: health, type: string_attribute, string_attribute: {key: http.route,
                  values: [/health]}}
            """);

    assertThat(simulate("--compare", other.toString(), "--format", "json")).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.at("/difference/kept_by_both/traces").asInt()).isEqualTo(1);
    assertThat(report.at("/difference/only_here/kept/traces").asInt()).isEqualTo(1);
    assertThat(report.at("/difference/only_here/example_trace_ids/0").asText()).isEqualTo(id(1));
    assertThat(report.at("/difference/only_compared/example_trace_ids/0").asText())
        .isEqualTo(id(3));
    assertThat(report.at("/compared_with/decision_wait_ms").asInt()).isEqualTo(100);
    assertThat(report.at("/compared_with/sampled/traces").asInt()).isEqualTo(2);

    out.getBuffer().setLength(0);
    assertThat(simulate("--compare", other.toString())).isZero();
    assertThat(out.toString())
        .containsPattern("both +1 ")
        .contains("only " + other + ", such as", "  " + id(3));
  }

  @Test
  void aLateSpanTurnsAVerdict() throws IOException {
    Path other =
        write(
            "other.yaml",
            "{decision_wait: 100ms, policies: [{name: slow, type: latency,"
                + " latency: {threshold_ms: 900}}]}");

    assertThat(simulate("--compare", other.toString(), "--format", "json")).isZero();

    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.at("/compared_with/reconsidered").asInt()).isEqualTo(1);

    out.getBuffer().setLength(0);
    assertThat(simulate("--compare", other.toString())).isZero();
    assertThat(out.toString())
        .contains("traces kept because of a late span, not kept until then: 1");
  }

  @Test
  void takesSetsWithoutAWaitAtTheGivenOne() throws IOException {
    Path bare = write("bare.yaml", "policies: [{name: all, type: always_sample}]");
    policies = bare;
    assertThat(simulate("--format", "json")).isZero();
    assertThat(JSON.readTree(out.toString()).at("/result/decision_wait_ms").asInt())
        .isEqualTo(30_000);

    out.getBuffer().setLength(0);
    assertThat(simulate("--format", "json", "--decision-wait", "5s")).isZero();
    assertThat(JSON.readTree(out.toString()).at("/result/decision_wait_ms").asInt())
        .isEqualTo(5_000);

    assertThat(simulate("--decision-wait", "5")).isEqualTo(2);
    assertThat(err.toString()).contains("--decision-wait", "5 (expected: a duration such as 30s)");
  }

  @Test
  void showsWhatCannotBeRead_andGoesOn() throws IOException {
    input =
        write(
            "broken.jsonl",
            line(1, 0, 200, "GET /cart", "", ERROR),
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"xyz\"}]}]}]}",
            "{\"resourceSpans\":",
            line(2, 0, 200, "GET /cart", "", ERROR));

    assertThat(simulate()).isZero();

    assertThat(err.toString()).contains(input + ":2: ", "traceId", "xyz").contains(input + ":3: ");
    assertThat(out.toString()).contains("2 spans in 2 traces", "unreadable records, skipped: 2");
  }

  @Test
  void failsWithoutSpans() throws IOException {
    input = write("metrics.jsonl", "{\"resourceMetrics\":[]}");

    assertThat(simulate()).isEqualTo(1);
    assertThat(err.toString()).contains("--input: no spans");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void tellsAllFaultsOfThePolicies() throws IOException {
    policies =
        write("policies.yaml", "policies: [{name: a, type: latncy}, {name: b, type: latency}, 7]");

    assertThat(simulate()).isEqualTo(2);
    assertThat(err.toString()).contains("policies[0].type: \"latncy\"", "policies[2]");

    assertThat(run("simulate", "--policies", "nowhere.yaml", "--input", input.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("nowhere.yaml (expected: a readable file)");
  }

  @Test
  void refusesInputThatIsNotThere_beforeItBegins() {
    assertThat(simulate("--input", "nowhere.jsonl")).isEqualTo(2);
    assertThat(err.toString()).contains("--input: nowhere.jsonl (expected: a readable file)");
  }

  @Test
  void leavesNothingBehind() throws IOException {
    Set<Path> before = leftOver();
    simulate();
    await() // other JVMs simulate, too
        .until(
            () -> {
              Set<Path> more = leftOver();
              more.removeAll(before);
              return more.isEmpty();
            });
  }

  private static Set<Path> leftOver() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("tailrace-simulate"))
          .collect(Collectors.toCollection(HashSet::new));
    }
  }

  private int simulate(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("simulate", "--policies", policies.toString(), "--input", input.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine command = TailraceCommand.commandLine();
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
  }

  /** A record of one span; without a name it is no root. */
  private static String line(
      long trace, long startMillis, long millis, String root, String route, int status) {
    long start = START_NANOS + startMillis * 1_000_000;
    return """
        {"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"%s",\
        "spanId":"00f067aa0ba902b7","parentSpanId":"%s","name":"%s","kind":2,\
        "startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[{"key":"http.route",\
        "value":{"stringValue":"%s"}}],"status":{"code":%d}}]}]}]}"""
        .formatted(
            id(trace),
            root == null ? "00f067aa0ba902b8" : "",
            root == null ? "child" : root,
            start,
            start + millis * 1_000_000,
            route,
            status);
  }

  private static String id(long trace) {
    return "5b8aa5a2d2c872e8321cf370%08x".formatted(trace);
  }
}
