package io.tailrace.loadtests.bench.flow;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.loadtests.ShortLived;
import io.tailrace.loadtests.bench.BenchCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command itself, with real processes, on little. */
final class ThroughputTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void measuresScenarios_andPrintsTableAndJson() throws Exception {
    measures(Scenario.FLOOR, Scenario.KEYED);
  }

  @Test
  @Tag("crash")
  void measuresEachScenario() throws Exception {
    measures(Scenario.values());
    assertThat(out.toString()).contains("spans/s / floor-mixed's");
  }

  private void measures(Scenario... measured) throws Exception {
    Path file = directory.resolve("out.json");

    int code =
        run(
            "--rounds=1",
            "--warm-up=10000",
            "--spans=60000",
            "--open-traces=500",
            "--jvm-options=" + String.join(" ", ShortLived.jvmOptions("256m")),
            "--set=buffer.heap=8MiB",
            "--scenarios=" + Stream.of(measured).map(Enum::name).collect(joining(",")),
            "--json=" + file);

    assertThat(code).as(() -> out + "\n" + err).isZero();
    assertThat(out.toString())
        .contains("spans/s / floor's", "machine: ", "keyed records: ")
        .contains("TAILRACE_BUFFER_HEAP=8MiB");
    JsonNode scenarios = new ObjectMapper().readTree(file.toFile()).path("scenarios");
    for (Scenario scenario : measured) {
      JsonNode figures = scenarios.path(scenario.title()).path(0);
      assertThat(figures.path("spans/s").asDouble()).as(scenario.title()).isPositive();
      // Of a young JVM nearly all CPU is compilation, which is read a moment later: the difference
      // of the two is noise here.
      assertThat(
              figures.path("engine CPU µs/span").asDouble()
                  + figures.path("JIT CPU µs/span").asDouble())
          .isPositive();
      assertThat(figures.path("allocated bytes/span").asDouble()).isPositive();
      double exported = figures.path("export/ingested").asDouble();
      assertThat(exported).isBetween(0.0, .3);
      // On so little, all mixed spans may be read before the first watermark makes a trace due.
      assertThat(exported > 0 || !scenario.keyedInput()).as(scenario.title()).isTrue();
    }
    JsonNode keyed = scenarios.path(Scenario.KEYED.title()).path(0);
    assertThat(keyed.path("Kafka/ingested").asDouble()).as("no span twice").isLessThan(.4);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(run("--scenarios=KEYD")).isEqualTo(2);
    assertThat(err.toString()).contains("--scenarios", "KEYED");
    assertThat(run("--set=buffer.heap=lots")).isEqualTo(2);
    assertThat(err.toString()).contains("--set: TAILRACE_BUFFER_HEAP: \"lots\" (expected: ");
  }

  private int run(String... options) {
    return new CommandLine(new BenchCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(options);
  }
}
