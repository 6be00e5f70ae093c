package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explains single traces with a running fleet of two, and without it. */
class ExplainTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRACES = 6;
  private static final String POLICIES =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: slow, type: latency, latency: {threshold_ms: 60000}}
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private Path bootstrap;
  private Path configuration;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    bootstrap = Files.writeString(directory.resolve("policies.yaml"), POLICIES);
    fleet = new Fleet(kafka, directory).set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString());
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void tellsTheRecordedVerdict_whicheverInstanceIsAsked_andTheVotesFromTheLog() throws Exception {
    tellsTheRecordedVerdict("unkeyed");
  }

  @Test
  @Tag("crash")
  void tellsTheRecordedVerdict_whicheverInstanceIsAsked_andTheVotesFromTheLog_keyed()
      throws Exception {
    tellsTheRecordedVerdict("keyed");
  }

  private void tellsTheRecordedVerdict(String mode) throws Exception {
    configure(mode, "1s");
    fleet.set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    write();
    awaitDecisions();

    Set<String> answeredBy = new HashSet<>();
    for (long trace = 1; trace <= TRACES; trace++) {
      for (Engine asked : List.of(one, two)) {
        JsonNode answer = explain(trace, "--instance", address(asked));
        answeredBy.add(answer.at("/instance").asText());
        boolean kept = trace % 2 == 0;
        assertThat(answer.at("/state").asText()).isEqualTo("decided");
        assertThat(answer.at("/recorded/kept").asBoolean()).isEqualTo(kept);
        assertThat(answer.at("/recorded/policy").asText("")).isEqualTo(kept ? "errors" : "");
        assertThat(answer.at("/recorded/policy_version").asInt()).isZero();
        for (String where : new String[] {"/recorded", "/rejudged"}) {
          assertThat(answer.at(where + "/threshold").asText("")).isEqualTo(kept ? "0" : "");
          assertThat(answer.at(where + "/adjusted_count").asDouble()).isEqualTo(kept ? 1 : 0);
        }
        assertThat(answer.at("/agrees").asBoolean()).isTrue();
        assertThat(answer.at("/rejudged/decided_at")).isEqualTo(answer.at("/recorded/decided_at"));
        assertThat(answer.at("/rejudged/votes/errors").asText())
            .isEqualTo(kept ? "sampled" : "not_sampled");
        assertThat(answer.at("/rejudged/votes/slow").asText()).isEqualTo("not_sampled");
        assertThat(answer.at("/rejudged/facts/service").asText()).isEqualTo("shop");
      }
    }
    assertThat(answeredBy).containsExactlyInAnyOrder(address(one), address(two));
    assertThat(explain(2).at("/recorded/policy").asText())
        .as("found on the status topic: the configuration has no address")
        .isEqualTo("errors");
    assertThat(err.toString()).isEmpty();
    assertThat(execute("explain", "-b", kafka.bootstrapServers(), id(2), "--json")).isZero();
    assertThat(JSON.readTree(out.toString()).at("/rejudged/decided_at").asText("none"))
        .as("mode and wait are those that the instances report, %s", err)
        .isEqualTo(JSON.readTree(out.toString()).at("/recorded/decided_at").asText());

    assertThat(run(999, "--instance", address(one))).isEqualTo(1);
    assertThat(out.toString()).contains("trace " + id(999) + ": not known");
    assertThat(err.toString()).contains("not in the log since ");

    fleet.close();
    JsonNode afterwards = explain(2, "--instance", address(one));
    assertThat(afterwards.has("recorded")).as("the log alone records no verdict").isFalse();
    assertThat(afterwards.has("agrees")).isFalse();
    assertThat(afterwards.at("/rejudged/decision").asText()).isEqualTo("sampled");
    assertThat(afterwards.at("/rejudged/policy").asText()).isEqualTo("errors");
    assertThat(err.toString()).contains("no instance is reachable: searching only the log");
    assertThat(explain(2).has("recorded")).isFalse();
    assertThat(err.toString())
        .contains("application_id: tailrace: no instance is running (expected: one, ");
    assertThat(execute("keep", "--config", configuration.toString(), "--wait", "1ms", id(2)))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("application_id: tailrace: no instance is running (expected: one, ");
  }

  @Test
  void tellsWhatIsKnownOfAnOpenTrace_andWhatItsVerdictWouldBe() throws Exception {
    configure("unkeyed", "2m");
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    write();

    Set<String> answeredBy = new HashSet<>();
    for (long trace = 1; trace <= TRACES; trace++) {
      JsonNode answer = explainUntilKnown(trace, address(one));
      answeredBy.add(answer.at("/instance").asText());
      assertThat(answer.at("/state").asText()).isEqualTo("open");
      assertThat(answer.has("recorded")).isFalse();
      assertThat(answer.at("/open/facts/spans").asInt()).isEqualTo(1);
      assertThat(answer.at("/open/facts/root").asText()).isEqualTo("op");
      assertThat(answer.at("/open/facts/service").asText()).isEqualTo("shop");
      assertThat(answer.at("/open/if_decided_now/decision").asText())
          .isEqualTo(trace % 2 == 0 ? "sampled" : "not_sampled");
      assertThat(answer.at("/open/if_decided_now/votes/slow").asText()).isEqualTo("not_sampled");
    }
    assertThat(answeredBy).containsExactlyInAnyOrder(address(one), address(two));

    fleet.close();
    JsonNode afterwards = explain(2, "--instance", address(one));
    assertThat(afterwards.at("/state").asText()).isEqualTo("open");
    assertThat(afterwards.has("instance")).isFalse();
    assertThat(afterwards.at("/open/if_decided_now/policy").asText()).isEqualTo("errors");
  }

  @Test
  void tellsTheKeyOfATrace_andTheThresholdsOfBudgets() throws Exception {
    Files.writeString(
        bootstrap,
        """
        policies:
          - name: share
            type: adaptive_percentage
            adaptive_percentage:
              goal_percentage: 50
              fingerprint_attributes: [root.service, root.name]
          - {name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 1000}}
          - name: objective
            type: slo_burn
            slo_burn:
              objective: 50
              bad: {type: always_sample}
              key: [root.service]
              windows: [{long: 1h, short: 10m, burn_rate: 1.5}]
              min_traces: 1
        """);
    configure("unkeyed", "1s");
    fleet
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions")
        .set("TAILRACE_ADMIN_ADVERTISED_HOST", "no.such.invalid");
    Engine one = fleet.start(1);
    write();
    awaitDecisions();

    assertThat(explain(1).has("recorded")).as("only the log").isFalse();
    assertThat(err.toString().lines())
        .startsWith(
            "not reachable: no.such.invalid:%d (unknown host) (expected: admin.host, admin.port and"
                    .formatted(one.adminPort())
                + " admin.advertised_host of the instance that make its admin port reachable from"
                + " here)");

    JsonNode answer = explain(1, "--instance", address(one));
    JsonNode budgets = answer.at("/rejudged/budgets");
    assertThat(budgets).as(answer.toString()).hasSize(3);
    assertThat(budgets.at("/0/policy").asText()).isEqualTo("share");
    assertThat(budgets.at("/0/key").asText()).isEqualTo("shop•op");
    assertThat(budgets.at("/0/spans_per_second").asDouble()).as("not learnt yet").isZero();
    assertThat(budgets.at("/0/probability").asDouble()).isEqualTo(.5);
    assertThat(budgets.at("/1/policy").asText()).isEqualTo("limit");
    assertThat(budgets.at("/1/slot_threshold").asText()).isEqualTo("0");
    assertThat(budgets.at("/2/policy").asText()).isEqualTo("objective");
    assertThat(budgets.at("/2/key").asText()).isEqualTo("shop");
    assertThat(budgets.at("/2/burn_rate").asDouble()).isEqualTo(2);
    assertThat(budgets.at("/2").has("burning_since")).as("before the end of a step").isFalse();
    run(1, "--instance", address(one));
    assertThat(out.toString())
        .contains(
            "objective: key shop not burning, burn rate 2.00 in its partition",
            "share: key shop•op, no rate of its own in its partition, kept with probability 0.5000",
            "limit: threshold of the last slot th:0");
  }

  private void configure(String mode, String wait) throws IOException {
    fleet.set("TAILRACE_INGEST_MODE", mode).set("TAILRACE_DECISION_WAIT", wait);
    configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            """
            ingest: {mode: %s}
            decision_wait: %s
            policies: {bootstrap: '%s'}
            kafka: {bootstrap.servers: '%s'}
            """
                .formatted(mode, wait, bootstrap, kafka.bootstrapServers()));
  }

  /** A span each, in all partitions; the even ones with an error. */
  private void write() throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      Span.Builder span = Otlp.span(trace).toBuilder();
      span.setStatus(Status.newBuilder().setCodeValue(trace % 2 == 0 ? 2 : 0));
      clients.writeSpans("otlp_spans", (int) trace % 4, System.currentTimeMillis(), span.build());
    }
  }

  private void awaitDecisions() {
    try (ExportReader decisions =
        new ExportReader(kafka.bootstrapServers(), "tailrace_decisions")) {
      Set<String> seen = new HashSet<>();
      decisions.readUntil(
          () -> {
            decisions.records.forEach(
                record -> seen.add(new String(record.key(), StandardCharsets.US_ASCII)));
            return seen.size() == TRACES;
          });
    }
  }

  private JsonNode explain(long trace, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--json"));
    arguments.addAll(List.of(more));
    assertThat(run(trace, arguments.toArray(String[]::new))).as(err.toString()).isZero();
    return JSON.readTree(out.toString());
  }

  /** Its span may be on its way yet. */
  private JsonNode explainUntilKnown(long trace, String address) throws IOException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (run(trace, "--json", "--instance", address) != 0
        || !JSON.readTree(out.toString()).has("instance")) {
      assertThat(System.nanoTime()).as(err.toString()).isLessThan(end);
    }
    return JSON.readTree(out.toString());
  }

  private int run(long trace, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--config", configuration.toString(), id(trace)));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static String address(Engine engine) {
    return "127.0.0.1:" + engine.adminPort();
  }

  private static String id(long trace) {
    return ExportReader.hex(Otlp.traceId(trace));
  }
}
