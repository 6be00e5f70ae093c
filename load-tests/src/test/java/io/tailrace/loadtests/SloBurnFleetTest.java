package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An objective that burns, with a fleet of two and a kill. */
class SloBurnFleetTest extends FleetOfTwo {
  private static final int TRACES = 48;
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

  /** The killed instance has counted for some of the partitions. */
  @Test
  @Tag("crash")
  void aKeyThatBurns_burnsOnAtTheInstanceThatTakesOver() throws Exception {
    configure("unkeyed", DOCUMENT);
    try (EngineProcess killed = startProcess()) {
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
