package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Late errors that turn the verdict on dropped traces, with a fleet of two. */
class LateErrorsTest {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int TRACES = 12;
  private static final int PARTITIONS = 4;

  /** Traces from here on have no error. */
  private static final int HARMLESS = 100;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final Map<String, List<String>> sent = new TreeMap<>();
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private long spans;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keyed", "unkeyed"})
  void aLateErrorBringsTheWholeTrace_once(String mode) throws Exception {
    configure(mode);
    Engine one = fleet.start(1);
    fleet.start(2);
    writeAll(false);
    writeAll(false);
    awaitDecisions(2 * TRACES);
    writeAll(false); // late and harmless
    writeAll(true);
    assertExported();
    writeAll(false);
    writeAll(true);
    assertExported();

    StringWriter out = new StringWriter();
    Path configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            ("{ingest: {mode: %s}, kafka: {bootstrap.servers: '%s'}, policies: {bootstrap: '%s'},"
                    + " decision_wait_after_root_received: 1s}")
                .formatted(mode, kafka.bootstrapServers(), directory.resolve("policies.yaml")));
    int exit =
        TailraceCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true))
            .execute(
                "explain",
                id(1),
                "--instance",
                "127.0.0.1:" + one.adminPort(),
                "-c",
                configuration.toString());
    assertThat(exit).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("recorded: kept because of errors after a late span, not kept before")
        .contains("evaluated again from the log: sampled because of errors")
        .contains("agrees with the record");
  }

  @Test
  void nothingIsLostOrTwice_whenAnInstanceIsKilledMeanwhile() throws Exception {
    configure("unkeyed");
    try (EngineProcess killed = process()) {
      killed.awaitReady();
      fleet.start(2);
      writeAll(false);
      awaitDecisions(2 * TRACES);
      writeAll(false);
      writeAll(true);
      await()
          .atMost(BOUND)
          .until(() -> killed.metric("tailrace_traces_reconsidered_total", "kept") > 0);
      killed.kill();
    }
    writeAll(true);
    assertExported();
    writeAll(false);
    assertExported();
  }

  private EngineProcess process() {
    fleet
        .set("TAILRACE_COMMIT_INTERVAL", "1s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    return new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"));
  }

  private void configure(String mode) throws IOException {
    Path bootstrap =
        Files.writeString(
            directory.resolve("policies.yaml"),
            "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]");
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
        .set("TAILRACE_INGEST_MODE", mode)
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
  }

  /** Writes one more span of each trace; the root span makes them due. */
  private void writeAll(boolean failed) throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      String spanId = write(trace, failed);
      sent.computeIfAbsent(id(trace), t -> new ArrayList<>()).add(spanId);
      write(HARMLESS + trace, false);
    }
  }

  private String write(long trace, boolean failed) throws Exception {
    ByteString spanId =
        ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(++spans).array());
    Span.Builder span = Otlp.span(trace).toBuilder().setSpanId(spanId);
    if (failed) {
      span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    int partition = (int) trace % PARTITIONS;
    clients.writeSpans("otlp_spans", partition, System.currentTimeMillis(), span.build());
    return ExportReader.hex(spanId);
  }

  private void awaitDecisions(int count) {
    try (ExportReader decisions = reader("tailrace_decisions")) {
      decisions.readUntil(() -> decisions.records.size() >= count);
    }
  }

  /** Waits until all that was sent is exported, and a while for what must not be. */
  private void assertExported() {
    try (ExportReader export = reader("otlp_spans_sampled")) {
      export.readUntil(
          () ->
              export.spansByTrace().values().stream().mapToInt(List::size).sum()
                  >= sent.values().stream().mapToInt(List::size).sum());
      export.readFor(Duration.ofSeconds(1));
      Map<String, List<String>> came = new TreeMap<>();
      export.spansByTrace().forEach((id, ids) -> came.put(id, ids.stream().sorted().toList()));
      assertThat(came).isEqualTo(sent);
    }
  }

  private ExportReader reader(String topic) {
    return new ExportReader(kafka.bootstrapServers(), topic);
  }

  private static String id(long trace) {
    return ExportReader.hex(Otlp.traceId(trace));
  }
}
