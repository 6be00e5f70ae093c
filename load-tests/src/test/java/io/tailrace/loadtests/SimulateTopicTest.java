package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.topology.cli.TailraceCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies tried on the log of a running fleet, with the real broker and two instances. */
class SimulateTopicTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  /** Needs signals that were not gathered before, and counts. */
  private static final String BUDGET =
      """
      decision_wait: 2s
      policies:
        - {name: odd, type: ottl_condition, ottl_condition: {span: ['name == "nothing"']}}
        - {name: budget, type: rate_limiting, rate_limiting: {spans_per_second: 24}}
        - {name: left, type: status_code, status_code: {status_codes: [ERROR]}}
      """;

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private Fleet fleet;
  private Path configuration;
  private Path bootstrap;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    bootstrap = Files.writeString(directory.resolve("errors.yaml"), ERRORS);
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
            .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void theFleetsOwnPoliciesGiveTheVerdictsThatItGave_alsoWhileTheyChange() throws Exception {
    givesTheVerdictsOfTheFleet("unkeyed");
  }

  @Test
  @Tag("crash")
  void theFleetsOwnPoliciesGiveTheVerdictsThatItGave_alsoWhileTheyChange_keyed() throws Exception {
    givesTheVerdictsOfTheFleet("keyed");
  }

  private void givesTheVerdictsOfTheFleet(String mode) throws Exception {
    configure(mode);
    fleet.start(1);
    fleet.start(2);
    Map<String, JsonNode> given;
    long traces;
    try (TestTraffic traffic = traffic(mode)) {
      traffic.writeFor(5_000, 200);
      new TestClients(kafka.bootstrapServers()).write("tailrace_policies", "default", BUDGET);
      traffic.writeFor(7_000, 200);
      traces = traffic.traces();
      given = decisions(traces);
    }

    Path file = directory.resolve("decisions.jsonl");
    JsonNode report =
        simulate("--policies", "as-was", "--since", "10m", "--decisions", file.toString());

    Map<String, JsonNode> simulated = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode decision = JSON.readTree(line);
      assertThat(simulated.put(decision.get("trace_id").asText(), decision)).isNull();
    }
    assertThat(simulated.keySet()).hasSize((int) traces).isEqualTo(given.keySet());
    String[] compared = {
      "decision", "policy", "policy_version", "decided_at", "spans", "bytes", "errors", "root"
    };
    for (String field : compared) {
      assertThat(fields(simulated, field)).as(field).isEqualTo(fields(given, field));
    }
    assertThat(Set.copyOf(fields(given, "policy").values()))
        .contains("\"errors\"", "\"budget\"", "\"left\"", "null");
    assertThat(Set.copyOf(fields(given, "policy_version").values())).contains("0", "1");
    assertThat(report.at("/input/still_open").asLong()).isZero();
    assertThat(report.at("/result/total/traces").asLong()).isEqualTo(traces);
  }

  @Test
  void comparesNewPoliciesWithTheCurrentOnes_overAStretch_andDisturbsNobody() throws Exception {
    configure("unkeyed");
    fleet.start(1);
    fleet.start(2);
    Path everything =
        Files.writeString(
            directory.resolve("everything.yaml"),
            "{decision_wait: 1s, policies: [{name: everything, type: always_sample}]}");
    Instant from;
    Instant until;
    long before;
    long within;
    try (TestTraffic traffic = traffic("unkeyed")) {
      traffic.writeFor(3_000, 100);
      before = traffic.traces();
      from = pause();
      traffic.writeFor(3_000, 100);
      within = traffic.traces() - before;
      new TestClients(kafka.bootstrapServers())
          .writeSpans("otlp_spans", 0, System.currentTimeMillis(), Otlp.span(1));
      until = pause();
      traffic.writeFor(2_000, 100);
      decisions(traffic.traces());
    }

    JsonNode report =
        simulate(
            "--policies",
            everything.toString(),
            "--compare",
            "current",
            "--since",
            from.toString(),
            "--until",
            until.toString(),
            "--max-rate",
            "1MiB");

    assertThat(report.at("/result/sampled/traces").asLong())
        .as("without the one that began before and had a span in it")
        .isEqualTo(within);
    assertThat(report.at("/result/late_spans").asLong()).isEqualTo(1);
    assertThat(report.at("/result/sampled/spans").asLong())
        .isEqualTo(within * TestTraffic.SPANS_PER_TRACE + 1);
    assertThat(report.at("/compared_with/policies").asText()).isEqualTo("current, version 0");
    assertThat(report.at("/compared_with/sampled/traces").asLong()).isEqualTo(within / 2);
    assertThat(report.at("/difference/kept_by_both/traces").asLong()).isEqualTo(within / 2);
    assertThat(report.at("/difference/only_here/kept/traces").asLong()).isEqualTo(within / 2);
    assertThat(report.at("/difference/only_here/example_trace_ids")).hasSize(10);
    assertThat(report.at("/result/by_service/0/service").asText()).isEqualTo("shop");
    assertThat(report.at("/result/by_service/0/total/traces").asLong()).isEqualTo(within);
    assertThat(new TestClients(kafka.bootstrapServers()).groups()).containsExactly("tailrace");
  }

  @Test
  void whatItCannotDoIsTold() throws Exception {
    configure("unkeyed");
    StringWriter err = new StringWriter();
    assertThat(run(new StringWriter(), err, "--policies", "current", "--topic")).isEqualTo(1);
    assertThat(err.toString()).contains("topic otlp_spans: missing (expected: exists");

    fleet.start(1);
    assertThat(run(new StringWriter(), err, "--policies", "current", "--topic")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--topic: no trace that began in this interval is decided yet");

    Path slow =
        Files.writeString(
            directory.resolve("slow.yaml"),
            "{decision_wait: 2h, policies: [{name: everything, type: always_sample}]}");
    assertThat(run(new StringWriter(), err, "--policies", slow.toString(), "--topic")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--policies: " + slow + ": decision_wait: 7200000ms (expected: at most 300000ms");
  }

  private TestTraffic traffic(String mode) {
    return new TestTraffic(kafka.bootstrapServers(), "otlp_spans", mode.equals("keyed") ? 1 : 4)
        .withRandomness();
  }

  private void configure(String mode) throws IOException {
    fleet.set("TAILRACE_INGEST_MODE", mode).set("TAILRACE_DECISION_WAIT", "3s");
    configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            """
            ingest: {mode: %s}
            decision_wait: 3s
            policies: {bootstrap: '%s'}
            kafka: {bootstrap.servers: '%s'}
            """
                .formatted(mode, bootstrap, kafka.bootstrapServers()));
  }

  /** A time that is after all that was written and before all that will be. */
  private static Instant pause() {
    Instant written = Instant.now();
    await().until(() -> Instant.now().isAfter(written.plusMillis(50)));
    Instant between = written.plusMillis(25);
    return between;
  }

  /** What the fleet decided of so many traces. */
  private Map<String, JsonNode> decisions(long traces) throws IOException {
    Map<String, JsonNode> decisions = new TreeMap<>();
    try (ExportReader reader = new ExportReader(kafka.bootstrapServers(), "tailrace_decisions")) {
      reader.readUntil(() -> reader.records.size() >= traces);
      reader.readFor(Duration.ofSeconds(1));
      for (var record : reader.records) {
        JsonNode decision = JSON.readTree(record.value());
        String trace = new String(record.key(), StandardCharsets.US_ASCII);
        assertThat(decisions.put(trace, decision)).as(trace).isNull();
      }
    }
    return decisions;
  }

  private static Map<String, String> fields(Map<String, JsonNode> decisions, String field) {
    Map<String, String> values = new TreeMap<>();
    decisions.forEach((trace, decision) -> values.put(trace, decision.get(field).toString()));
    return values;
  }

  private JsonNode simulate(String... more) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("--topic", "--format", "json"));
    arguments.addAll(List.of(more));
    assertThat(run(out, err, arguments.toArray(String[]::new))).as(err.toString()).isZero();
    return JSON.readTree(out.toString());
  }

  private int run(StringWriter out, StringWriter err, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("simulate", "--config", configuration.toString()));
    arguments.addAll(List.of(more));
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
