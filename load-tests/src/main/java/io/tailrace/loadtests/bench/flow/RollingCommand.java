package io.tailrace.loadtests.bench.flow;

import io.tailrace.loadtests.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A rolling restart under load. */
@Command(
    name = "rolling",
    description =
        "Restart the instances of a fleet one after the other with SIGTERM, each as soon as"
            + " /health/ready of the previous one returns 200, and print the highest decision delay of"
            + " each restart: from the due time of a trace until it is committed on the export topic."
            + " All traces are kept, so that each one counts.",
    mixinStandardHelpOptions = true)
public final class RollingCommand implements Callable<Integer> {
  private static final long SEED = 1;
  private static final int INSTANCES = 3;

  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Spans a second (default: ${DEFAULT-VALUE}).")
  private double rate = 500;

  @Option(
      names = "--scenario",
      paramLabel = "SCENARIO",
      description = "KEYED or UNKEYED (default: ${DEFAULT-VALUE}).")
  private Scenario scenario = Scenario.UNKEYED;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Restarts of each instance (default: ${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Decision wait (default: ${DEFAULT-VALUE}).")
  private int wait = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Warm-up in addition to the decision wait (default: ${DEFAULT-VALUE}).")
  private int warmUp = 20;

  @Option(
      names = "--logs",
      paramLabel = "DIRECTORY",
      description = "Keep the instances' logs and state there (default: deleted).")
  private Path logs;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!scenario.tailrace()) {
      throw new ParameterException(
          spec.commandLine(), "--scenario: " + scenario + " (expected: one that decides)");
    }
    fleet.instances = fleet.instances == 1 ? INSTANCES : fleet.instances;
    Path directory =
        logs == null
            ? Files.createTempDirectory("tailrace-bench-")
            : Files.createDirectories(logs.toAbsolutePath());
    try (Cluster cluster = Throughput.cluster(fleet, directory)) {
      run(cluster, directory);
    } finally {
      if (logs == null) {
        Directories.delete(directory);
      }
    }
    return ExitCode.OK;
  }

  private void run(Cluster cluster, Path directory) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    RollingRun run =
        new RollingRun(cluster, fleet, new TraceTemplates(fleet.shape, SEED), directory);
    RollingRun.Load load =
        new RollingRun.Load(
            scenario, rate, Duration.ofSeconds(wait), Duration.ofSeconds(warmUp), rounds);
    out.printf(
        "%-12s %10s %10s %12s %10s %10s %12s%n",
        "restart", "stop ms", "ready ms", "kept traces", "p50 ms", "p99 ms", "greatest ms");
    out.flush();
    String name = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-rolling";
    long spans = run.of(name, load, restart -> print(out, restart));
    out.printf("%,d spans sent%n", spans);
    out.flush();
  }

  private static void print(PrintWriter out, RollingRun.Restart restart) {
    Delays delays = restart.delays();
    out.printf(
        "%-12s %,10d %,10d %,12d %,10d %,10d %,12d%n",
        restart.instance() < 0 ? "none" : "instance " + restart.instance(),
        restart.stopMillis(),
        restart.readyMillis(),
        delays.count(),
        delays.quantile(0.5),
        delays.quantile(0.99),
        delays.quantile(1));
    out.flush();
  }
}
