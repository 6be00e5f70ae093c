package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.instance.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overload causes lag but no loss. */
class OverloadTest {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int CONDITIONS = 15;

  @TempDir Path directory;

  @Test
  void lagGrows_andIsCaughtUpWithTheSameVerdicts() throws Exception {
    Path policies = Files.writeString(directory.resolve("policies.yaml"), costlyPolicies());
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        Fleet fleet =
            new Fleet(kafka, directory)
                .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString())
                .set("TAILRACE_DECISION_WAIT", "1s");
        TestTraffic traffic = new TestTraffic(kafka.bootstrapServers(), "otlp_spans")) {
      Engine engine = fleet.start(1);
      traffic.writeFor(3_000, 1_000_000);
      double behind = traffic.traces() * TestTraffic.SPANS_PER_TRACE - spans(engine);
      assertThat(behind).as("spans that wait").isGreaterThan(10_000);

      Map<String, List<String>> expected = new TreeMap<>();
      traffic.errorTraces().forEach((trace, spans) -> expected.put(trace, List.copyOf(spans)));
      await()
          .atMost(BOUND)
          .until(() -> spans(engine) == traffic.traces() * TestTraffic.SPANS_PER_TRACE);
      try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
        export.readUntilAllOf(expected.keySet());
        export.readFor(Duration.ofSeconds(1));
        assertThat(export.spansByTrace()).isEqualTo(expected);
        assertThat(export.records).as("whole, none late").hasSize(expected.size());
      }
      System.out.printf(
          "overload: %.0f of %d spans waited, all were caught up with%n",
          behind, traffic.traces() * TestTraffic.SPANS_PER_TRACE);
    }
  }

  private static double spans(Engine engine) {
    return engine.metrics().get("tailrace.spans.received").counter().count();
  }

  /** Keeps errors; the rest costs time at every span, and keeps nothing. */
  private static String costlyPolicies() {
    String conditions =
        IntStream.range(0, CONDITIONS)
            .mapToObj(i -> "'IsMatch(name, \"(o|p|q)*[a-z]{%d}$\")'".formatted(i + 40))
            .collect(Collectors.joining(", "));
    return """
        policies:
          - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
          - {name: costly, type: ottl_condition, ottl_condition: {error_mode: ignore, span: [%s]}}
        """
        .formatted(conditions);
  }
}
