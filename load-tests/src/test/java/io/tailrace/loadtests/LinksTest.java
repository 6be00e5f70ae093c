package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traces that kept traces link to, with a fleet of two. */
class LinksTest extends FleetOfTwo {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int TRACES = 12;
  private static final String FOLLOWING =
      "{follow_links: true, policies: [{name: errors, type: status_code,"
          + " status_code: {status_codes: [ERROR]}}]}";

  /** Traces from here on are linked from producers, which is a step too far. */
  private static final int BEFORE = 100;

  /** Consumers fail, and each links to two producers, so that each producer is linked twice. */
  private static final int CONSUMER = 200;

  @Test
  void aKeptConsumerBringsItsProducers_once() throws Exception {
    configure("keyed", FOLLOWING); // a request goes to all partitions; the other test is unkeyed
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
    configure("unkeyed", FOLLOWING);
    try (EngineProcess killed = startProcess()) {
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
