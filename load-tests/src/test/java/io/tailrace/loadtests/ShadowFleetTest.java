package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.instance.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shadow policies, and policies for a while, on two instances. */
class ShadowFleetTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int TRACES = 40;
  private static final String ID = "0000000000000001%016x";

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private List<Engine> engines;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_ACTIVATION_DELAY", "1ms")
            .set("TAILRACE_DECISION_WAIT", "1s");
    engines = List.of(fleet.start(1), fleet.start(2));
    assertThat(run("publish", file(ERRORS))).contains("published version 1");
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void aShadowSetIsCountedAndChangesNothing_untilItIsPromoted() throws Exception {
    run("publish", file(ALL), "--shadow");
    awaitGauges("tailrace.shadow.version", 2);
    clients.write("tailrace_policies", "default.shadow", "policies: [{name: wrong}]");

    assertThat(keptOf(0, errorIds(0))).containsOnlyKeys(errorIds(0)).containsValue("1");
    await().atMost(BOUND).until(() -> counted("all", "kept_by_shadow_only") == TRACES / 2);
    assertThat(counted("all", "kept_by_both")).isEqualTo(TRACES / 2);
    await().atMost(BOUND).until(() -> refusedShadows() == 2);

    assertThat(run("promote")).contains("published version 4 of default").doesNotContain("warning");
    awaitGauges("tailrace.policy.version", 4);
    awaitGauges("tailrace.shadow.version", 0);

    assertThat(keptOf(TRACES, ids(TRACES)))
        .containsOnlyKeys(ids(TRACES))
        .containsValue("4")
        .doesNotContainValue("1");
    assertThat(counted("all", "kept_by_both")).as("counted no more").isEqualTo(TRACES / 2);
  }

  @Test
  void policiesForAWhileAreGoneByThemselves() throws Exception {
    String added = run("publish", file(ALL), "--for", "45s");
    Matcher until = Pattern.compile("until (\\S+): all").matcher(added);
    assertThat(until.find()).as(added).isTrue();
    awaitGauges("tailrace.policy.version", 2);

    assertThat(keptOf(0, ids(0))).as("errors and all others").containsOnlyKeys(ids(0));

    long end = Instant.parse(until.group(1)).toEpochMilli();
    writeAll(TRACES, end); // due after it, though it has not come by the clock
    writeAll(2 * TRACES, end + 2_000); // log time passes
    assertThat(exportedOf(TRACES, errorIds(TRACES)))
        .containsOnlyKeys(errorIds(TRACES))
        .containsValue("2");
    Engine third = fleet.start(3);
    assertThat(third.metrics().get("tailrace.policy.version").gauge().value()).isEqualTo(2);
  }

  private Map<String, String> keptOf(int from, String... certain) throws Exception {
    writeAll(from, System.currentTimeMillis());
    return exportedOf(from, certain);
  }

  private static String[] errorIds(int from) {
    return ids(IntStream.range(from, from + TRACES).filter(trace -> trace % 2 == 0));
  }

  private static String[] ids(int from) {
    return ids(IntStream.range(from, from + TRACES));
  }

  private static String[] ids(IntStream traces) {
    return traces.mapToObj(trace -> ID.formatted(trace)).toArray(String[]::new);
  }

  /** Every other trace is an error. */
  private void writeAll(int from, long time) throws Exception {
    for (int partition = 0; partition < 4; partition++) {
      int remainder = partition;
      Span[] spans =
          IntStream.range(from, from + TRACES)
              .filter(trace -> trace % 4 == remainder)
              .mapToObj(ShadowFleetTest::span)
              .toArray(Span[]::new);
      clients.writeSpans("otlp_spans", partition, time, spans);
    }
  }

  private static Span span(int trace) {
    Span span = Otlp.span(trace);
    return trace % 2 == 0
        ? span.toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build()
        : span;
  }

  /**
   * Those of the traces from here on that are exported, each with the version that kept it. Waits
   * for these, and a while for what must not come.
   */
  private Map<String, String> exportedOf(int from, String... certain) throws Exception {
    Map<String, String> versions = new TreeMap<>();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntil(() -> export.spansByTrace().keySet().containsAll(List.of(certain)));
      export.readFor(Duration.ofSeconds(2));
      export.records.forEach(
          record -> {
            String trace = new String(record.key(), StandardCharsets.US_ASCII);
            long number = Long.parseLong(trace.substring(16), 16);
            if (number >= from && number < from + TRACES) {
              versions.put(trace, ExportReader.header(record, "tailrace-policy-version"));
            }
          });
    }
    return versions;
  }

  private double counted(String policy, String outcome) {
    return engines.stream()
        .mapToDouble(
            engine -> {
              Counter counter =
                  engine
                      .metrics()
                      .find("tailrace.shadow.set.traces")
                      .tags("policy", policy, "outcome", outcome)
                      .counter();
              return counter == null ? 0 : counter.count(); // no task has come so far
            })
        .sum();
  }

  private double refusedShadows() {
    return engines.stream()
        .map(engine -> engine.metrics().get("tailrace.shadow.documents").tag("result", "refused"))
        .mapToDouble(search -> search.counter().count())
        .sum();
  }

  private void awaitGauges(String gauge, double value) {
    await()
        .atMost(BOUND)
        .until(
            () ->
                engines.stream()
                    .allMatch(engine -> engine.metrics().get(gauge).gauge().value() == value));
  }

  private String file(String document) throws Exception {
    return Files.writeString(Files.createTempFile(directory, "policies", ".yaml"), document)
        .toString();
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("policies"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-b", kafka.bootstrapServers()));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }
}
