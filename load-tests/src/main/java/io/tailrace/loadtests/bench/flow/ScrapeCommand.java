package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What reading costs. */
@Command(
    name = "scrape",
    description =
        "Print the CPU that a request to the admin port takes, for metrics and the console: the CPU"
            + " of an instance under little traffic, in turns with and without requests.",
    mixinStandardHelpOptions = true)
public final class ScrapeCommand implements Callable<Integer> {
  private static final long SEED = 1;
  private static final double REQUESTS_PER_HOUR = 1_000;
  private static final double MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--paths",
      split = ",",
      paramLabel = "PATH",
      description = "Paths to request (default: ${DEFAULT-VALUE}).",
      defaultValue = "/metrics,/api/fleet,/api/operations?limit=50")
  private List<String> paths;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of 15 s without and 15 s with requests (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Requests to each path before the measurement (default: ${DEFAULT-VALUE}).")
  private int warmUp = 20;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Testbed testbed = Testbed.start(fleet)) {
      String name = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-scrape";
      ScrapeRun run =
          new ScrapeRun(
              testbed.cluster(), fleet, new TraceTemplates(fleet.shape, SEED), testbed.directory());
      print(run.of(name, paths, Duration.ofSeconds(warmUp), rounds));
    }
    return ExitCode.OK;
  }

  private void print(List<ScrapeRun.Cost> costs) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("| path | kB | requests | CPU ms a request | of a core at 1,000 an hour |");
    out.println("|---|---|---|---|---|");
    for (ScrapeRun.Cost cost : costs) {
      out.printf(
          "| %s | %,.0f | %,d | %s | %.3f %% |%n",
          cost.path(),
          cost.bytes() / 1e3,
          cost.requests(),
          Medians.of(cost.cpuMillis()).text(),
          Medians.of(cost.cpuMillis()).median() * REQUESTS_PER_HOUR / MILLIS_PER_HOUR * 100);
    }
    out.flush();
  }
}
