package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Partitions are added to a topic in which a trace is on one partition. Instances end before they
 * split traces. {@link LongCrashTest} adds partitions where it is allowed.
 */
@Tag("crash")
class GrownTopicTest {
  private static final Duration TO_EXIT = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private EmbeddedKafka kafka;
  private WrittenSpans spans;

  @BeforeEach
  void startBroker() {
    kafka = EmbeddedKafka.builder().start();
    spans = new WrittenSpans(kafka.bootstrapServers(), "none");
  }

  @AfterEach
  void stopBroker() {
    spans.close();
    kafka.close();
  }

  @ParameterizedTest
  @CsvSource({"keyed, otlp_spans", "unkeyed, tailrace_spans_by_trace"})
  void endsAndNamesTheTopic_whenItGrowsBesideAKill(String mode, String topic) throws Exception {
    try (EngineProcess killed = engine("killed", mode);
        EngineProcess runs = engine("runs", mode)) {
      killed.awaitReady();
      runs.awaitReady();
      spans.write(0, System.currentTimeMillis(), spans.error(1));
      spans.write(1, System.currentTimeMillis(), spans.error(2));
      spans.flush();

      killed.kill();
      new TestClients(kafka.bootstrapServers()).growTopic(topic, 3);
      try (EngineProcess restarted = engine("restarted", mode)) {
        assertEnds(restarted);
      }
      assertEnds(runs);
    }
  }

  private static void assertEnds(EngineProcess engine) throws InterruptedException {
    assertThat(engine.awaitExit(TO_EXIT)).isEqualTo(1);
    assertThat(engine.said().lines().filter(line -> line.contains("cannot continue")))
        .as(engine::said)
        .singleElement()
        .asString()
        .contains(" ERROR ", "partitions were added: ", "has 3, ", "another application_id");
  }

  private EngineProcess engine(String name, String mode) {
    Map<String, String> settings =
        EngineProcess.settings(kafka.bootstrapServers(), directory.resolve("state-" + name));
    settings.put("TAILRACE_INGEST_MODE", mode);
    settings.put("TAILRACE_TOPICS_PARTITIONS", "2");
    settings.put("TAILRACE_KAFKA_METADATA_MAX_AGE_MS", "1000");
    return new EngineProcess(settings, directory.resolve(name + ".log"));
  }
}
