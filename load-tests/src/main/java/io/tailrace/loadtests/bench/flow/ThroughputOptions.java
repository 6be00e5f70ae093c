package io.tailrace.loadtests.bench.flow;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of {@code bench}. */
public final class ThroughputOptions {
  private static final Duration DECISION_WAIT = Duration.ofSeconds(30);
  private static final double KEPT = 0.05;

  @Mixin public FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Runs per scenario (default: 5; quick: 1).")
  private Integer rounds;

  @Option(
      names = "--spans",
      paramLabel = "N",
      description = "Spans measured per run (default: 2000000; quick: 300000).")
  private Long spans;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Spans read before that, or as many as are open where these are more (default: 5000000,"
              + " half a minute in which the compiler is busy; quick: 300000).")
  private Long warmUp;

  @Option(
      names = "--open-traces",
      paramLabel = "N",
      description = "Number of open traces (default: 50000; quick: 10000).")
  private Long openTraces;

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "SCENARIO",
      description = "Scenarios to run: ${COMPLETION-CANDIDATES} (default: all).")
  public List<Scenario> scenarios = Arrays.asList(Scenario.values());

  @Option(
      names = "--quick",
      description = "Rough figures in about two minutes, or less with more cores.")
  private boolean quick;

  public ThroughputPlan plan(double spansPerTrace) {
    return new ThroughputPlan(
        rounds != null ? rounds : quick ? 1 : 5,
        spans != null ? spans : quick ? 300_000 : 2_000_000,
        openTraces != null ? openTraces : quick ? 10_000 : 50_000,
        DECISION_WAIT,
        warmUp != null ? warmUp : quick ? 300_000 : 5_000_000,
        KEPT,
        spansPerTrace);
  }
}
