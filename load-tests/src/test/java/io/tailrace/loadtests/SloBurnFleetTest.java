package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** An objective that burns, with a fleet of two and a kill. */
class SloBurnFleetTest {
  private static final int TRACES = 48;
  private static final int PARTITIONS = 4;
  private static final int FAILED = 100;
  private static final int AFTER = 200;
  private static final String DOCUMENT =
      """
      policies:
        - name: burning
          type: slo_burn
          slo_burn:
            objective: 90
            bad: {type: status_code, status_code: {status_codes: [ERROR]}}
            windows: [{long: 10m, short: 12s, burn_rate: 2}]
            min_traces: 4
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private EmbeddedKafka kafka;
  private SentSpans sent;
  private Fleet fleet;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    sent = new SentSpans(kafka, PARTITIONS);
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  /** The killed instance has counted for some of the partitions. */
  @Test
  @Tag("crash")
  void aKeyThatBurns_burnsOnAtTheInstanceThatTakesOver() throws Exception {
    Path bootstrap = Files.writeString(directory.resolve("policies.yaml"), DOCUMENT);
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions")
        .set("TAILRACE_COMMIT_INTERVAL", "1s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    try (EngineProcess killed =
        new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"))) {
      killed.awaitReady();
      fleet.start(2);
      write(0, false);
      sent.awaitDecisions(TRACES);
      write(FAILED, true);
      sent.awaitDecisions(2 * TRACES);
      killed.kill();
    }
    write(AFTER, false);
    sent.awaitDecisions(3 * TRACES);

    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(() -> keptOf(export, AFTER) >= TRACES);
      export.readFor(Duration.ofSeconds(1));
      assertThat(keptOf(export, 0)).as("kept before the key burns").isZero();
      assertThat(keptOf(export, AFTER)).as("kept while it burns, and is held").isEqualTo(TRACES);
      assertThat(export.spansByTrace().values())
          .as("each span once")
          .allSatisfy(spans -> assertThat(spans).hasSize(1));
    }
  }

  private static int keptOf(ExportReader export, int first) {
    Map<String, List<String>> spans = export.spansByTrace();
    int kept = 0;
    for (long trace = first + 1; trace <= first + TRACES; trace++) {
      kept += spans.containsKey(ExportReader.hex(Otlp.traceId(trace))) ? 1 : 0;
    }
    return kept;
  }

  private void write(long first, boolean failed) throws Exception {
    for (long trace = first + 1; trace <= first + TRACES; trace++) {
      Span.Builder span = sent.span(trace);
      if (failed) {
        span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
      }
      sent.write(span);
    }
  }
}
