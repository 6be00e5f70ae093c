package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Traces that kept traces link to, with a fleet of two. */
class LinksTest {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int TRACES = 12;
  private static final int PARTITIONS = 4;

  /** Traces from here on are linked from producers, which is a step too far. */
  private static final int BEFORE = 100;

  /** Consumers fail, and each links to two producers, so that each producer is linked twice. */
  private static final int CONSUMER = 200;

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
  void aKeptConsumerBringsItsProducers_once() throws Exception {
    configure("keyed"); // a request goes to all partitions; the other test is unkeyed
    fleet.start(1);
    fleet.start(2);
    writeProducers();
    writeProducers();
    sent.awaitDecisions(2 * TRACES);
    writeConsumers();
    sent.assertExported();
    writeProducers();
    writeConsumers();
    sent.assertExported();
  }

  @Test
  @Tag("crash")
  void nothingIsLostOrTwice_whenAnInstanceIsKilledMeanwhile() throws Exception {
    configure("unkeyed");
    fleet
        .set("TAILRACE_COMMIT_INTERVAL", "1s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    try (EngineProcess killed =
        new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"))) {
      killed.awaitReady();
      fleet.start(2);
      writeProducers();
      sent.awaitDecisions(2 * TRACES);
      writeConsumers();
      await()
          .atMost(BOUND)
          .until(() -> killed.metric("tailrace_links_followed_total", "requested") > 0);
      killed.kill();
    }
    sent.assertExported();
    writeProducers();
    sent.assertExported();
  }

  private void configure(String mode) throws IOException {
    Path bootstrap =
        Files.writeString(
            directory.resolve("policies.yaml"),
            "{follow_links: true, policies: [{name: errors, type: status_code,"
                + " status_code: {status_codes: [ERROR]}}]}");
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
        .set("TAILRACE_INGEST_MODE", mode)
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
  }

  private void writeProducers() throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      sent.writeWanted(linking(trace, BEFORE + trace));
      sent.write(sent.span(BEFORE + trace));
    }
  }

  private void writeConsumers() throws Exception {
    for (long trace = 1; trace <= TRACES; trace++) {
      Span.Builder span = linking(CONSUMER + trace, trace, 1 + trace % TRACES);
      span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
      sent.writeWanted(span);
    }
  }

  private Span.Builder linking(long trace, long... linked) {
    Span.Builder span = sent.span(trace);
    for (long to : linked) {
      span.addLinks(Span.Link.newBuilder().setTraceId(Otlp.traceId(to)));
    }
    return span;
  }
}
