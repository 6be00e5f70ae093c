package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tailrace.topology.config.StartException;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance makes and demands of its topics when it starts. */
class TopicsTest {
  private static final String COMPACT = "compact";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void createsWhatIsMissing() throws Exception {
    clients.createTopic(
        "otlp_spans", 3, Map.of("retention.ms", "7200000", "max.message.bytes", "2000000"));
    fleet.set("TAILRACE_TOPICS_RETENTION", "36h").set("TAILRACE_VERDICT_RETENTION", "5m");

    fleet.start(1);

    assertThat(clients.partitions("tailrace_spans_by_trace")).as("as many as ingest").isEqualTo(3);
    assertThat(clients.topicConfig("tailrace_spans_by_trace", "retention.ms"))
        .isEqualTo("129600000");
    assertThat(clients.topicConfig("tailrace_spans_by_trace", "cleanup.policy"))
        .isEqualTo("delete");
    assertThat(clients.topicConfig("tailrace_spans_by_trace", "max.message.bytes"))
        .as("records grow on their way")
        .isEqualTo(Integer.toString(2_000_000 + 65_536));
    assertThat(clients.partitions("otlp_spans_sampled")).isEqualTo(3);
    assertThat(clients.partitions("tailrace_dead_letters")).isEqualTo(1);
    assertThat(clients.partitions("tailrace_policies")).isEqualTo(1);
    assertThat(clients.topicConfig("tailrace_policies", "cleanup.policy")).isEqualTo(COMPACT);
    assertThat(clients.topicConfig("otlp_spans", "retention.ms"))
        .as("what is there stays as it is")
        .isEqualTo("7200000");

    String ledger = "tailrace-verdict-ledger-changelog";
    clients.awaitTopic(ledger);
    assertThat(clients.topicConfig(ledger, "cleanup.policy")).isEqualTo("delete");
    assertThat(clients.topicConfig(ledger, "retention.ms"))
        .as("as long as spans can come back, and the verdicts' own time")
        .isEqualTo(Long.toString(129_600_000 + 300_000));
  }

  @Test
  void keyedModeNeedsNoShuffle() throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", "keyed").start(1);

    assertThat(clients.topics())
        .contains("otlp_spans", "otlp_spans_sampled")
        .doesNotContain("tailrace_spans_by_trace");
  }

  @Test
  void tellsAllThatIsWrongAtOnce_andHowToMendIt() throws Exception {
    clients.createTopic("otlp_spans", 2, Map.of("retention.ms", "60000"));
    clients.createTopic("tailrace_spans_by_trace", 2, Map.of("cleanup.policy", COMPACT));
    clients.createTopic("tailrace_policies", 2, Map.of("cleanup.policy", "delete"));
    fleet.set("TAILRACE_DECISION_WAIT", "30s").set("TAILRACE_TOPICS_CREATE", "false");

    StartException refused =
        catchThrowableOfType(StartException.class, () -> Engine.start(fleet.config(1)));

    assertThat(refused.getMessage().lines())
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line)
                    .startsWith("topic otlp_spans: retention.ms 60000 (expected: at least 300000")
                    .contains("kafka-configs", "--entity-name otlp_spans", "retention.ms="),
            line ->
                assertThat(line)
                    .startsWith("topic tailrace_spans_by_trace: cleanup.policy compact")
                    .contains("expected: delete"),
            line ->
                assertThat(line)
                    .startsWith("topic tailrace_policies: cleanup.policy delete")
                    .contains("expected: compact", "--entity-name tailrace_policies"),
            line ->
                assertThat(line)
                    .startsWith("topic tailrace_policies: 2 partitions (expected: 1")
                    .contains("recreate it"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "topic otlp_spans_sampled: missing"
                            + " (expected: exists, or topics.create: true, or another"
                            + " topics.export)"),
            line -> assertThat(line).startsWith("topic tailrace_dead_letters: missing"));
    assertThat(clients.topics()).doesNotContain("otlp_spans_sampled");
  }

  @Test
  void refusesACompactedSource_alsoWhenItKeepsRecordsForEver() throws Exception {
    clients.createTopic(
        "tailrace_spans_by_trace", 4, Map.of("cleanup.policy", COMPACT, "retention.ms", "-1"));

    StartException refused =
        catchThrowableOfType(StartException.class, () -> Engine.start(fleet.config(1)));

    assertThat(refused).hasMessageContaining("tailrace_spans_by_trace: cleanup.policy compact");
  }

  @Test
  void refusesAShuffleThatIsTooNarrowForTheRecordsThatGoThere() throws Exception {
    clients.createTopic(
        "tailrace_spans_by_trace",
        4,
        Map.of("max.message.bytes", "100000", "retention.ms", "172800000"));

    StartException refused =
        catchThrowableOfType(StartException.class, () -> Engine.start(fleet.config(1)));

    assertThat(refused).hasMessageContaining("tailrace_spans_by_trace: max.message.bytes 100000");
  }
}
