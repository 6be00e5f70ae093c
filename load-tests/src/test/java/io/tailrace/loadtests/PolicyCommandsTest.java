package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about policies against a fleet of two. */
class PolicyCommandsTest {
  private static final String TOPIC = "tailrace_policies";
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]\n";
  private static final String ALL =
      "policies: [{name: all, type: span_count, span_count: {max_spans: 1000}}]\n";
  private static final String SLOW_VERDICTS = "decision_wait: 40s\n" + ALL;
  private static final String WRONG = "policies: [{name: wrong}]\n";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory).set("TAILRACE_DECISION_WAIT", "1s");
    // So that a test can delete what compaction would remove in time.
    clients.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact,delete"));
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void publishWaitsUntilTheWholeFleetJudgesByIt() throws Exception {
    List<Engine> engines = startTwo();
    spansToAllPartitions();
    awaitDecided(engines, 4);

    CommandRun publish =
        run("publish", file(ALL), "--wait", "--author", "anna", "--comment", "all of it");

    assertThat(publish.err()).isEmpty();
    assertThat(publish.out().lines())
        .containsExactly("published version 1 of default", "applied by all instances: 2");
    assertThat(publish.exitCode()).isZero();
    JsonNode watched = new ObjectMapper().readTree(run("watch", "--once", "--json").out());
    assertThat(watched).hasSize(2);
    assertThat(watched)
        .allSatisfy(
            instance -> {
              assertThat(instance.get("state").asText()).isEqualTo("alive");
              assertThat(instance.at("/applied/version").asLong()).isEqualTo(1);
              assertThat(instance.at("/accepted/version").asLong()).isEqualTo(1);
            });
  }

  @Test
  void publishNamesWhoRefusesAndWhy() throws Exception {
    fleet.start(1);
    fleet.set("TAILRACE_VERDICT_RETENTION", "1m");
    fleet.start(2);

    CommandRun publish = run("publish", "--wait", "30s", file(SLOW_VERDICTS));

    assertThat(publish.exitCode()).isEqualTo(1);
    assertThat(publish.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains(": refused: decision_wait: 40000ms (expected: at most 30000ms"),
            line -> assertThat(line).isEqualTo("version 1: applied by 1 of 2 instances"));
    assertThat(run("watch", "--once").out()).contains("1: decision_wait: 40000ms");
    assertThat(run("publish", file(ALL), "--wait").out())
        .as("a good document ends the refusal")
        .contains("applied by all instances: 2");
    assertThat(run("watch", "--once").out()).doesNotContain("decision_wait");
  }

  @Test
  void publishDoesNotWaitForTheDead_butSaysSoOfTheSilent() throws Exception {
    fleet.start(1);
    Map<String, String> settings = fleet.settings(2);
    try (EngineProcess other = new EngineProcess(settings, directory.resolve("engine.log"))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> instances("alive").size() == 2);
      other.kill();

      CommandRun publish = run("publish", file(ALL), "--wait", "1s");
      assertThat(publish.exitCode()).as("it may come back within the session timeout").isEqualTo(1);
      assertThat(publish.err()).contains(": no answer after 1s", "applied by 1 of 2 instances");

      CommandRun again = run("publish", file(ERRORS), "--wait");
      assertThat(again.out()).contains("applied by all instances: 1");
      assertThat(instances("gone")).as("its last words are there").hasSize(1);
    }
  }

  @Test
  void anInstanceThatStopsTakesItsStatusBack() throws Exception {
    fleet.start(1);
    Engine other = fleet.start(2);
    await().atMost(Duration.ofSeconds(30)).until(() -> instances("alive").size() == 2);

    other.close();

    await().atMost(Duration.ofSeconds(30)).until(() -> instances("alive").size() == 1);
    assertThat(instances("gone")).isEmpty();
    assertThat(instances("silent")).isEmpty();
  }

  @Test
  void theHistoryOutlivesTheConfigTopic_bareProducersIncluded() throws Exception {
    startTwo();
    run("publish", file(ERRORS), "--author", "anna", "--comment", "errors only");
    clients.write(TOPIC, "default", ALL);
    clients.write(TOPIC, "default", WRONG);
    long left = clients.write(TOPIC, "default", "decision_wait: 5s\n" + ALL);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(clients.endOffsets("tailrace_policy_history"))
                    .as("four versions of each of two instances, and one of the command")
                    .isGreaterThanOrEqualTo(2 * 4 + 1));
    clients.deleteRecords(TOPIC, left);
    assertThat(clients.beginningOffsets(TOPIC)).isEqualTo(3);

    CommandRun history = run("history");

    assertThat(history.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("version +time +author +sha256 +change +comment"),
            line -> assertThat(line).matches("4 \\* .* - .*decision_wait: none → 5s +-"),
            line -> assertThat(line).matches("3 .* - .*not valid: 1 fault +-"),
            line -> assertThat(line).matches("2 .* - .*\\+all -errors +-"),
            line -> assertThat(line).matches("1 .* anna .*first: errors +errors only"));
    assertThat(run("show", "1").out()).contains("by anna", "# errors only").endsWith("\n" + ERRORS);
    assertThat(run("diff", "2", "4").out().lines())
        .contains("+decision_wait: 5s", " " + ALL.strip())
        .noneMatch(line -> line.startsWith("-p"));
  }

  @Test
  void rollbackPublishesTheOldDocumentAsANewVersion() throws Exception {
    startTwo();
    run("publish", file(ERRORS));
    run("publish", file(ALL + "\nredaction: {allow_all_keys: true, blocked_values: [x]}"));

    CommandRun rollback = run("rollback", "1", "--wait", "1m", "--author", "ben");
    assertThat(rollback.err())
        .contains("warning: the active document has redaction, this one does");

    assertThat(rollback.out().lines())
        .containsExactly("published version 3 of default", "applied by all instances: 2");
    assertThat(run("show").out())
        .startsWith("# version 3 of default, active, ")
        .contains("by ben", "# rollback to version 1")
        .endsWith(ERRORS);
    assertThat(run("rollback", "17").err())
        .isEqualToIgnoringNewLines(
            "version 17: not known (expected: one that `tailrace policies history` lists)");
  }

  private List<Engine> startTwo() {
    return List.of(fleet.start(1), fleet.start(2));
  }

  /** Until then, log time is not known everywhere, and no instance is waited for. */
  private static void awaitDecided(List<Engine> engines, int traces) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                engines.stream()
                        .flatMap(
                            e -> e.metrics().find("tailrace.traces.decided").counters().stream())
                        .mapToDouble(Counter::count)
                        .sum()
                    == traces);
  }

  private void spansToAllPartitions() throws Exception {
    for (int partition = 0; partition < 4; partition++) {
      clients.writeSpans(
          "otlp_spans", partition, System.currentTimeMillis(), Otlp.span(partition + 1));
    }
  }

  private List<String> instances(String state) throws Exception {
    List<String> names = new ArrayList<>();
    for (JsonNode line : new ObjectMapper().readTree(run("watch", "--once", "--json").out())) {
      if (line.get("state").asText().equals(state)) {
        names.add(line.get("instance").asText());
      }
    }
    return names;
  }

  private String file(String document) throws Exception {
    return Files.writeString(directory.resolve("policies.yaml"), document).toString();
  }

  private CommandRun run(String... arguments) {
    List<String> line = new ArrayList<>(List.of("policies"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("-b", kafka.bootstrapServers()));
    return CommandRun.of(line.toArray(String[]::new));
  }
}
