package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that forgets the producers of an instance, which has nothing to write for a while. */
@Tag("crash")
class ExpiredProducersTest {
  private static final Duration LONG_AFTER = Duration.ofSeconds(12);
  private static final int TRACES = 30;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private EmbeddedKafka kafka;
  private WrittenSpans spans;
  private long nextTrace = 1;

  @BeforeEach
  void startBroker() {
    kafka =
        EmbeddedKafka.builder()
            .property("transactional.id.expiration.ms", "3000")
            .property("transaction.remove.expired.transaction.cleanup.interval.ms", "500")
            .property("producer.id.expiration.ms", "3000")
            .property("producer.id.expiration.check.interval.ms", "500")
            .property("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500")
            .property("group.min.session.timeout.ms", "500")
            .start();
    spans = new WrittenSpans(kafka.bootstrapServers(), "none");
  }

  @AfterEach
  void stopBroker() {
    spans.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keyed", "unkeyed"})
  void continues_whenItsProducersExpired(String mode) throws Exception {
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings(mode), log)) {
      engine.awaitReady();
      write();
      awaitKept();
      Thread.sleep(LONG_AFTER.toMillis()); // nothing to write: the broker forgets
      write();
      awaitKept();
      engine.signal("STOP");
      write();
      Thread.sleep(LONG_AFTER.toMillis());
      engine.signal("CONT");
      write();
      awaitKept();
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
  }

  private void awaitKept() {
    Map<String, List<String>> expected = spans.byTrace();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(1));
      assertThat(export.spansByTrace()).isEqualTo(expected);
    }
  }

  private void write() {
    for (int i = 0; i < TRACES; i++) {
      long trace = nextTrace++;
      int partition = (int) (trace % 2);
      spans.write(partition, System.currentTimeMillis(), spans.span(trace));
      spans.write(partition, System.currentTimeMillis(), spans.error(trace));
    }
    spans.flush();
  }

  private Map<String, String> settings(String mode) {
    Map<String, String> settings =
        EngineProcess.settings(kafka.bootstrapServers(), directory.resolve("state"));
    settings.put("TAILRACE_TOPICS_PARTITIONS", "2");
    settings.put("TAILRACE_INGEST_MODE", mode);
    settings.put("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "2500");
    settings.put("TAILRACE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "4000");
    return settings;
  }
}
