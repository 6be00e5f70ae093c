package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance with a fatal error logs the cause in one line and ends with exit code 1. */
class FatalErrorsTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private EmbeddedKafka kafka;

  @AfterEach
  void stop() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @Test
  void aStateDirectoryThatIsNone() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    set("TAILRACE_STATE_DIR", file.toString());

    assertThat(outputUntilExit())
        .contains("state_dir: " + file + " (expected: a directory to write to): ")
        .doesNotContain("\tat ");
  }

  @Test
  void brokersThatAreNoAddress() throws Exception {
    set("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "broker-without-a-port");

    assertThat(outputUntilExit())
        .contains("kafka.*: ", "bootstrap.servers")
        .doesNotContain("\tat ");
  }

  @Test
  void topicsThatAreMissing_andMayNotBeMade() throws Exception {
    startBroker();
    set("TAILRACE_TOPICS_CREATE", "false");

    assertThat(outputUntilExit())
        .contains(
            "topic otlp_spans: missing (expected: exists, or topics.create: true, or another"
                + " topics.ingest)")
        .doesNotContain("\tat ");
  }

  @Test
  void anIngestTopicThatIsDeletedMeanwhile() throws Exception {
    startBroker();
    set("TAILRACE_KAFKA_METADATA_MAX_AGE_MS", "2000");
    TestClients clients = new TestClients(kafka.bootstrapServers());
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = start(log)) {
      clients.awaitTopic("tailrace-policy-state-changelog");
      clients.writeSpans("otlp_spans", 0, System.currentTimeMillis(), Otlp.span(1));
      engine.awaitWorking();
      clients.deleteTopic("otlp_spans");
      assertThat(engine.awaitExit(BOUND)).isEqualTo(1);
    }
    assertThat(Files.readString(log)).contains("cannot continue").contains("otlp_spans");
  }

  private void startBroker() {
    kafka = EmbeddedKafka.builder().start();
    set("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
  }

  private void set(String variable, String value) {
    settings.put(variable, value);
  }

  private String outputUntilExit() throws Exception {
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = start(log)) {
      assertThat(engine.awaitExit(BOUND)).isEqualTo(1);
    }
    return Files.readString(log);
  }

  private EngineProcess start(Path log) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    all.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    all.put("TAILRACE_TOPICS_PARTITIONS", "1");
    all.put("TAILRACE_THREADS", "1");
    all.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml"); // the delivered one
    all.putAll(settings);
    return new EngineProcess(all, log);
  }
}
