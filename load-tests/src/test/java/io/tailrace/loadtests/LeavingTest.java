package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Filters and redaction, with a fleet of two and a kill. */
class LeavingTest {
  private static final int TRACES = 12;
  private static final int PARTITIONS = 4;
  private static final String CARD = "4111111111111111";
  private static final String DOCUMENT =
      """
      processors:
        tail_sampling:
          policies: [{name: all, type: always_sample}]
        filter:
          traces: {span: ['name == "cache"']}
        redaction:
          allow_all_keys: true
          blocked_values: ['4[0-9]{15}']
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

  @Test
  void everySpanLeavesOnce_redacted_andNoneThatIsLeftOut() throws Exception {
    Path bootstrap = Files.writeString(directory.resolve("policies.yaml"), DOCUMENT);
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_COMMIT_INTERVAL", "1s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    try (EngineProcess killed =
        new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"))) {
      killed.awaitReady();
      fleet.start(2);
      write();
      sent.assertExported();
      write();
      killed.kill(); // between the late spans of kept traces
    }
    write();
    sent.assertExported();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(() -> !export.records.isEmpty());
      assertThat(export.records)
          .extracting(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
          .allSatisfy(text -> assertThat(text).contains("card ****").doesNotContain(CARD));
    }
  }

  private void write() throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      sent.write(
          paying(trace).setName("cache").setParentSpanId(ByteString.copyFromUtf8("12345678")));
      sent.writeWanted(paying(trace));
    }
  }

  private Span.Builder paying(long trace) {
    return sent.span(trace)
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("payment")
                .setValue(AnyValue.newBuilder().setStringValue("card " + CARD)));
  }
}
