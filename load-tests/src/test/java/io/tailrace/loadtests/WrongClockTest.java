package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker rejects record times far ahead of its clock. In this test, producers have the wrong
 * clock.
 */
@Tag("crash")
class WrongClockTest {
  private static final Duration TO_EXIT = Duration.ofSeconds(60);
  private static final String SHUFFLE = "tailrace_spans_by_trace";
  private static final String MOST_AHEAD = "message.timestamp.after.max.ms";

  @TempDir Path directory;
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

  @Test
  void endsAndNamesTheTopicAndTheClocks_andContinuesOnceTheyAgree() throws Exception {
    TestClients clients = new TestClients(kafka.bootstrapServers());
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings(), log)) {
      engine.awaitReady();
      clients.alterTopic(SHUFFLE, Map.of(MOST_AHEAD, "1000"));
      spans.write(0, System.currentTimeMillis() + 20_000, spans.error(1));
      spans.flush();

      assertThat(engine.awaitExit(TO_EXIT)).isEqualTo(1);
      assertThat(engine.said().lines().filter(line -> line.contains("cannot continue")))
          .as(engine::said)
          .singleElement()
          .asString()
          .contains(" ERROR ", "topic " + SHUFFLE + ": ", "clocks of brokers, instances");
    }
    clients.alterTopic(SHUFFLE, Map.of(MOST_AHEAD, "3600000"));
    Map<String, List<String>> expected = spans.byTrace();
    try (EngineProcess engine = new EngineProcess(settings(), log);
        ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(1));
      assertThat(export.spansByTrace()).isEqualTo(expected);
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings =
        EngineProcess.settings(kafka.bootstrapServers(), directory.resolve("state"));
    settings.put("TAILRACE_TOPICS_PARTITIONS", "1");
    return settings;
  }
}
