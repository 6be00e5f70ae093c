package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.loadtests.ShortLived;
import io.tailrace.loadtests.bench.BenchCommand;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.compare.Contenders.Work;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.FilledTopic;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import io.tailrace.loadtests.bench.flow.Scenario;
import io.tailrace.loadtests.bench.flow.ThroughputPlan;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ComparisonTest {
  private static final String REAL_COLLECTOR = "TAILRACE_TEST_COLLECTOR";
  private static final String LITTLE_HEAP = String.join(" ", ShortLived.jvmOptions("256m"));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @Test
  void rejectsBadInput_beforeAnythingStarts() throws Exception {
    Path script = CollectorScript.create(directory, CollectorScript.COMPONENTS, "exit 1");

    assertRejected("--collector: absent (expected: an executable file", "--collector=absent");
    assertRejected(
        "--scenarios: [FLOOR] (expected: of [KEYED, UNKEYED] with --collector)",
        "--collector=" + script,
        "--scenarios=FLOOR");
    assertRejected("--rate: -1.0 (expected: > 0)", "--collector=" + script, "--rate=-1");
    assertRejected("--delay-seconds: -1", "--collector=" + script, "--delay-seconds=-1");
    assertRejected(
        "--instances: 2 (expected: 1 with --collector)", "--collector=" + script, "--instances=2");
    assertRejected("--collector", "--markdown=out.md");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void collectorWaitsAsLongAsItHoldsTheOpenTraces() {
    ThroughputPlan plan = new ThroughputPlan(1, 1, 50_000, Duration.ofSeconds(30), 1, .05, 12);

    assertThat(plan.wallClockWait(60_000)).isEqualTo(Duration.ofSeconds(10));
    assertThat(plan.wallClockWait(1e9)).as("a tick is a second").isEqualTo(Duration.ofSeconds(1));
  }

  /** What the traffic says must be kept is what instances keep, in all spans. */
  @Test
  @Tag("crash")
  void tailraceKeepsWhatThePoliciesKeep_unkeyed() throws Exception {
    keepsWhatThePoliciesKeep(Scenario.UNKEYED);
  }

  @Test
  @Tag("crash")
  void tailraceKeepsWhatThePoliciesKeep_keyed() throws Exception {
    keepsWhatThePoliciesKeep(Scenario.KEYED);
  }

  private void keepsWhatThePoliciesKeep(Scenario scenario) throws Exception {
    FleetOptions fleet = new FleetOptions();
    fleet.jvmOptions = ShortLived.jvmOptions("256m");
    fleet.policies(CollectorConfig.POLICIES);
    TraceTemplates templates = new TraceTemplates(fleet.shape, 1);
    ThroughputPlan plan =
        new ThroughputPlan(
            1, 30_000, 500, Duration.ofSeconds(2), 30_000, 0, templates.spansPerTrace());
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      KeptTraces kept = new KeptTraces(templates);
      FilledTopic topic =
          FilledTopic.fill(
              cluster,
              scenario + "-in",
              fleet.partitions(),
              templates,
              scenario.keyedInput(),
              plan.topicSpans(),
              plan.tracesPerSecond(),
              kept);
      Work work =
          new Work(
              scenario + "-run", topic.name(), scenario, plan.decisionWait(), topic.traces(), 500);
      Figures figures =
          new ComparedTurn(new Contenders(cluster, fleet, null, directory), plan)
              .of(Side.TAILRACE, work, topic, kept);

      assertThat(figures.get("traces to keep")).as("%s", scenario).isBetween(150., 500.);
      for (String difference :
          List.of(
              "kept traces lost",
              "kept traces incomplete",
              ComparedTurn.LOST_SPANS,
              "traces kept against policies",
              "spans duplicated")) {
        assertThat(figures.get(difference)).as("%s: %s", scenario, difference).isZero();
      }
      assertThat(figures.get(Figures.SPANS_PER_SECOND)).isPositive();
      assertThat(figures.get("CPU µs/span, from start to last export")).isPositive();
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = REAL_COLLECTOR, matches = ".+")
  void comparesWithARealCollector() throws Exception {
    Path json = directory.resolve("out.json");
    Path markdown = directory.resolve("out.md");

    int code =
        run(
            "--collector=" + System.getenv(REAL_COLLECTOR),
            "--rounds=1",
            "--warm-up=60000",
            "--spans=60000",
            "--open-traces=2000",
            "--rate=2000",
            "--delay-seconds=5",
            "--jvm-options=" + LITTLE_HEAP,
            "--markdown=" + markdown,
            "--json=" + json);

    assertThat(code).as(() -> out + "\n" + err).isZero();
    assertThat(Files.readString(json)).contains("num_traces: ", "block_on_overflow: true");
    assertThat(Files.readString(markdown)).contains("### keyed, at full speed", "| spans/s | ");
    JsonNode comparisons = new ObjectMapper().readTree(json.toFile()).path("comparisons");
    for (String section : List.of("keyed, at full speed", "unkeyed, at 2,000 spans/s")) {
      JsonNode collector = comparisons.path(section).path("Collector").path(0);
      assertThat(collector.path("CPU µs/span").asDouble()).as(section).isPositive();
      assertThat(collector.path("RSS peak MB").asDouble()).as(section).isPositive();
      assertThat(collector.path("open traces").asDouble()).as(section).isPositive();
      assertThat(collector.path("kept traces lost").asDouble()).as(section).isZero();
    }
  }

  private void assertRejected(String message, String... options) {
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(options));
    assertThat(run(all.toArray(String[]::new))).as("%s", all).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  private int run(String... options) {
    return new CommandLine(new BenchCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(options);
  }
}
