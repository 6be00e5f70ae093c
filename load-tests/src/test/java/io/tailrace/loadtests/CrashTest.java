package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills a real process under load; what comes out is what would have come out anyway. */
class CrashTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final int KILLS = 3;

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"keyed", "unkeyed"})
  void losesNothingAndDoublesNothing_whenKilled(String mode) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start()) {
      Map<String, String> settings = settings(kafka);
      settings.put("TAILRACE_INGEST_MODE", mode);
      // In keyed mode a partition is all there is: one, or the traffic's traces would be split.
      settings.put("TAILRACE_TOPICS_PARTITIONS", mode.equals("keyed") ? "1" : "4");
      Path log = directory.resolve("engine.log");
      EngineProcess engine = new EngineProcess(settings, log);
      try (TestTraffic traffic =
          new TestTraffic(kafka.bootstrapServers(), "otlp_spans", mode.equals("keyed") ? 1 : 4)) {
        awaitTopic(kafka);
        for (int kill = 0; kill < KILLS; kill++) {
          traffic.writeFor(3_000, 100);
          engine.awaitWorking();
          traffic.writeFor(2_500, 100); // several commits, and decisions in flight
          engine.kill();
          traffic.writeFor(500, 100);
          engine = new EngineProcess(settings, log);
        }
        Map<String, List<String>> expected = new TreeMap<>();
        traffic.errorTraces().forEach((trace, spans) -> expected.put(trace, List.copyOf(spans)));
        try (ExportReader export =
            new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
          export.readUntilAllOf(expected.keySet());
          export.readFor(Duration.ofSeconds(2));
          assertThat(export.spansByTrace()).isEqualTo(expected);
        }
        assertThat(engine.terminate(Duration.ofSeconds(15))).isEqualTo(143);
      } finally {
        engine.close();
      }
    }
  }

  @Test
  void wrongConfigurationIsToldAllAtOnce_andExitsWith2() throws Exception {
    Path log = directory.resolve("engine.log");
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_DECISION_WAIT", "-5s");
    settings.put("TAILRACE_DECISION_WIAT", "5s");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      assertThat(engine.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
    }
    assertThat(Files.readString(log))
        .contains("TAILRACE_DECISION_WAIT: \"-5s\" (expected: > 0s)")
        .contains("TAILRACE_DECISION_WIAT: [hidden] (expected: the variable of a known setting)")
        .contains("kafka.bootstrap.servers: absent");
  }

  private Map<String, String> settings(EmbeddedKafka kafka) throws Exception {
    Path policies = Files.writeString(directory.resolve("policies.yaml"), ERRORS);
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    settings.put("TAILRACE_DECISION_WAIT", "2s");
    settings.put("TAILRACE_COMMIT_INTERVAL", "200ms");
    settings.put("TAILRACE_BUFFER_CHUNK", "256");
    settings.put("TAILRACE_THREADS", "1");
    return settings;
  }

  private static void awaitTopic(EmbeddedKafka kafka) throws Exception {
    new TestClients(kafka.bootstrapServers()).awaitTopic("tailrace_policies");
  }
}
