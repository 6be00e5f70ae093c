package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.Engine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Late errors that turn the verdict on dropped traces, with a fleet of two. */
class LateErrorsTest extends FleetOfTwo {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int TRACES = 12;
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";

  /** Traces from here on have no error. */
  private static final int HARMLESS = 100;

  @Test
  void aLateErrorBringsTheWholeTrace_once() throws Exception {
    configure("keyed", ERRORS); // the other test is unkeyed
    Engine one = fleet.start(1);
    fleet.start(2);
    writeAll(false);
    writeAll(false);
    sent.awaitDecisions(2 * TRACES);
    writeAll(false); // late and harmless
    writeAll(true);
    sent.assertExported();
    writeAll(false);
    writeAll(true);
    sent.assertExported();

    StringWriter out = new StringWriter();
    Path configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            ("{ingest: {mode: keyed}, kafka: {bootstrap.servers: '%s'}, policies: {bootstrap: '%s'},"
                    + " decision_wait_after_root_received: 1s}")
                .formatted(kafka.bootstrapServers(), policies()));
    int exit =
        TailraceCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true))
            .execute(
                "explain",
                ExportReader.hex(Otlp.traceId(1)),
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
  @Tag("crash")
  void nothingIsLostOrTwice_whenAnInstanceIsKilledMeanwhile() throws Exception {
    configure("unkeyed", ERRORS);
    try (EngineProcess killed = startProcess()) {
      killed.awaitReady();
      fleet.start(2);
      writeAll(false);
      sent.awaitDecisions(2 * TRACES);
      writeAll(false);
      writeAll(true);
      await()
          .atMost(BOUND)
          .until(() -> killed.metric("tailrace_traces_reconsidered_total", "kept") > 0);
      killed.kill();
    }
    writeAll(true);
    sent.assertExported();
    writeAll(false);
    sent.assertExported();
  }

  /** Writes one more span of each trace; the root span makes them due. */
  private void writeAll(boolean failed) throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      Span.Builder span = sent.span(trace);
      if (failed) {
        span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
      }
      sent.writeWanted(span);
      sent.write(sent.span(HARMLESS + trace));
    }
  }
}
