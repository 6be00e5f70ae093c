package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the config topic when an instance starts. */
class PolicyTopicTest {
  private static final String TOPIC = "tailrace_policies";
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final String NOTHING =
      "policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]";
  private static final String WRONG = "policies: [{name: wrong}]";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    // As on many brokers: a request for a missing topic creates it.
    kafka = EmbeddedKafka.builder().property("auto.create.topics.enable", "true").start();
    clients = new TestClients(kafka.bootstrapServers());
    Path bootstrap = Files.writeString(directory.resolve("policies.yaml"), ERRORS);
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
            .set("TAILRACE_POLICIES_ACTIVATION_DELAY", "1ms")
            .set("TAILRACE_DECISION_WAIT", "1s");
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void aDocumentFromBeforeTheStartIsUsed() throws Exception {
    createTopic();
    clients.write(TOPIC, "default", ALL);

    Engine engine = fleet.start(1);

    assertThat(PolicyGauges.version(engine)).isEqualTo(1);
    assertThat(keptWithVersions()).containsExactly(Map.entry("1", "1"), Map.entry("2", "1"));
  }

  @Test
  void aDocumentOfAnotherKeyIsIgnored_rightOrWrong() throws Exception {
    createTopic();
    clients.write(TOPIC, "checkout", ALL);
    clients.write(TOPIC, "checkout", WRONG);

    Engine engine = fleet.start(1);

    assertThat(PolicyGauges.version(engine)).isZero();
    assertThat(PolicyGauges.refused(engine)).isZero();
    assertThat(keptWithVersions()).containsExactly(Map.entry("2", "0"));
  }

  @Test
  void aTombstoneReturnsToTheBootstrapSet() throws Exception {
    createTopic();
    clients.write(TOPIC, "default", ALL);
    clients.write(TOPIC, "default", null);

    Engine engine = fleet.start(1);

    assertThat(PolicyGauges.version(engine)).isEqualTo(2);
    assertThat(keptWithVersions()).containsExactly(Map.entry("2", "2"));
  }

  @Test
  void aWrongDocumentLeavesTheLastGoodOne() throws Exception {
    createTopic();
    clients.write(TOPIC, "default", ALL);
    clients.write(TOPIC, "default", WRONG);

    Engine engine = fleet.start(1);

    assertThat(PolicyGauges.version(engine)).isEqualTo(1);
    assertThat(PolicyGauges.refused(engine)).isEqualTo(1);
    assertThat(keptWithVersions()).containsExactly(Map.entry("1", "1"), Map.entry("2", "1"));
  }

  @Test
  void theFirstDocumentThatIsLeftJudgesTheTimeBeforeIt_too() throws Exception {
    clients.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact,delete"));
    clients.write(TOPIC, "default", NOTHING);
    clients.write(TOPIC, "default", NOTHING);
    long left = clients.write(TOPIC, "default", ALL);
    clients.deleteRecords(TOPIC, left);

    fleet.start(1);
    long longAgo = System.currentTimeMillis() - 60_000;

    assertThat(keptWithVersions(longAgo)).containsExactly(Map.entry("1", "3"), Map.entry("2", "3"));
  }

  @Test
  void documentsOfOthersBeforeItChangeNothing_theTimeBeforeItIsTheBootstrapSets() throws Exception {
    createTopic();
    clients.write(TOPIC, "checkout", ALL);
    clients.write(TOPIC, "default", ALL);

    fleet.start(1);
    long longAgo = System.currentTimeMillis() - 60_000;

    assertThat(keptWithVersions(longAgo)).containsExactly(Map.entry("2", "0"));
  }

  @Test
  void aTopicThatIsDeletedLeavesTheLastGoodOnes_andOneMadeAnewIsFollowed() throws Exception {
    createTopic();
    for (int i = 0; i < 3; i++) {
      clients.write(TOPIC, "default", NOTHING);
    }
    clients.write(TOPIC, "default", ALL);
    Engine engine = fleet.start(1);
    assertThat(PolicyGauges.version(engine)).isEqualTo(4);

    clients.deleteTopic(TOPIC);
    awaitReadable(engine, 0);
    assertThat(keptWithVersions()).containsExactly(Map.entry("1", "4"), Map.entry("2", "4"));
    assertThat(clients.topics()).as("nobody makes it without compaction").doesNotContain(TOPIC);

    createTopic();
    awaitReadable(engine, 1);
    clients.write(TOPIC, "default", ERRORS);
    await().atMost(Duration.ofSeconds(30)).until(() -> PolicyGauges.version(engine) == 5);
    clients.writeSpans("otlp_spans", 0, System.currentTimeMillis(), Otlp.span(3), error(4));
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(
          () -> export.spansByTrace().keySet().stream().anyMatch(t -> t.endsWith("4")));
      assertThat(export.spansByTrace().keySet()).noneMatch(trace -> trace.endsWith("3"));
    }
  }

  private static void awaitReadable(Engine engine, double expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                engine.metrics().get("tailrace.policy.topic.readable").gauge().value() == expected);
  }

  private static Span error(long trace) {
    return Otlp.span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  private void createTopic() throws Exception {
    clients.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact"));
  }

  private Map<String, String> keptWithVersions() throws Exception {
    return keptWithVersions(System.currentTimeMillis());
  }

  /**
   * Writes trace 1, without an error, then 2, with one; which of them are kept, by what version.
   */
  private Map<String, String> keptWithVersions(long at) throws Exception {
    clients.writeSpans("otlp_spans", 0, at, Otlp.span(1));
    clients.writeSpans("otlp_spans", 0, at + 1, error(2));
    Map<String, String> versions = new TreeMap<>();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(
          () -> export.spansByTrace().keySet().stream().anyMatch(t -> t.endsWith("2")));
      export.readFor(Duration.ofSeconds(1));
      export.records.forEach(
          record ->
              versions.put(
                  Integer.toString(record.key()[31] - '0'),
                  ExportReader.header(record, "tailrace-policy-version")));
    }
    return versions;
  }
}
