package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.flow.Scenario;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of {@code bench --collector}. */
public final class ComparisonOptions {
  private static final List<Scenario> COMPARED = List.of(Scenario.KEYED, Scenario.UNKEYED);

  @Option(
      names = "--collector",
      required = true,
      paramLabel = "PATH",
      description =
          "Compare with this binary of the OpenTelemetry Collector instead of the floor; it needs"
              + " the receiver and the exporter kafka and the processor tail_sampling. Scenarios:"
              + " KEYED, UNKEYED.")
  Path collector;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also write the comparison as Markdown.")
  Path markdown;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Spans a second for decision delays (default: ${DEFAULT-VALUE}).")
  double rate = 20_000;

  @Option(
      names = "--delay-seconds",
      paramLabel = "N",
      description = "Measured time for decision delays, 0 for none (default: ${DEFAULT-VALUE}).")
  int delaySeconds = 60;

  /**
   * Returns the scenarios to compare.
   *
   * @param asked values of {@code --scenarios}, or all
   * @throws IllegalArgumentException if the Collector cannot do one of these
   */
  List<Scenario> scenarios(List<Scenario> asked) {
    if (asked.equals(Arrays.asList(Scenario.values()))) {
      return COMPARED;
    }
    if (!COMPARED.containsAll(asked)) {
      throw new IllegalArgumentException(
          "--scenarios: %s (expected: of %s with --collector)".formatted(asked, COMPARED));
    }
    return asked;
  }

  /**
   * Verifies the figures.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  void check() {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("--rate: " + rate + " (expected: > 0)");
    }
    if (delaySeconds < 0) {
      throw new IllegalArgumentException("--delay-seconds: " + delaySeconds + " (expected: >= 0)");
    }
  }
}
